// Runs before the first paint: says that scripts work, and applies the theme chosen in this browser.
// Without a choice (or without JavaScript) the style sheet follows the system's preference.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try {
      return localStorage.getItem("portal-theme") || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = () => {
    const chosen = choice();
    root.dataset.themeChoice = chosen;
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
  };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  window.addEventListener("portal:theme", (event) => {
    try {
      localStorage.setItem("portal-theme", event.detail);
    } catch {
      // Private windows may refuse storage; the choice then lasts for this page.
    }
    apply();
  });
})();
