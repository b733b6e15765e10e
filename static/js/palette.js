// The command palette: "/" or Ctrl-K, type, choose, go. It shows what the search page answers.
const palette = document.getElementById("palette");
const field = document.getElementById("palette-q");
const hits = document.getElementById("palette-hits");
let asked = null;
let timer = 0;

const links = () => [...hits.querySelectorAll("[data-hit]")];
const typing = (element) => element?.matches("input, textarea, select, [contenteditable]");

const open = () => {
  if (palette.open) return;
  palette.showModal();
  field.select();
};

const ask = async () => {
  asked?.abort();
  const words = field.value.trim();
  if (!words) {
    hits.replaceChildren();
    return;
  }
  asked = new AbortController();
  try {
    const answer = await fetch(`${palette.dataset.url}?q=${encodeURIComponent(words)}`, {
      headers: { "HX-Request": "true" },
      signal: asked.signal,
    });
    if (answer.redirected || answer.headers.has("HX-Redirect")) window.location.reload();
    else if (answer.ok) hits.innerHTML = await answer.text();
  } catch {
    // A newer question took its place, or the portal did not answer: the page behind still works.
  }
};

const step = (by) => {
  const all = links();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const next = here + by;
  if (next < 0) field.focus();
  else all[Math.min(next, all.length - 1)].focus();
};

document.addEventListener("keydown", (event) => {
  const isCommand = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  const isSlash = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey && !typing(event.target);
  if (isCommand || isSlash) {
    event.preventDefault();
    open();
  } else if (palette.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-palette]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open();
  } else if (event.target === palette) {
    palette.close();
  }
});
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 200);
});
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const first = links()[0];
  if (first) first.click();
  else window.location.assign(`${palette.dataset.url}?q=${encodeURIComponent(field.value.trim())}`);
});
