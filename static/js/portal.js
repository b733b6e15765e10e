// Makes pages livelier; every page works without it.
const body = document.body;

// --- The menu of a low screen begins where one is ---------------------------------------------------
document.querySelector(".side-nav [aria-current]")?.scrollIntoView({ block: "nearest" });

// --- Theme: three buttons in the user menu ------------------------------------------------------
const showTheme = () => {
  for (const button of document.querySelectorAll("[data-theme-choice-button]")) {
    const chosen = button.dataset.themeChoiceButton === document.documentElement.dataset.themeChoice;
    button.setAttribute("aria-pressed", String(chosen));
  }
};

// --- Toasts --------------------------------------------------------------------------------------
const toast = (text) => {
  const region = document.getElementById("toasts");
  if (!region || [...region.children].some((shown) => shown.textContent === text)) return;
  const note = document.createElement("div");
  note.className = "toast-note";
  note.textContent = text;
  region.append(note);
  setTimeout(() => note.remove(), 10_000);
};

// --- Forms are sent once -------------------------------------------------------------------------
const csrfCookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
const guarded = (form) => form.method === "post" && !form.target && !("submitAgain" in form.dataset);

const buttonsOf = (form) =>
  [...form.elements].filter((element) => element.matches("button:not([type=button]), input[type=submit]"));

const hold = (form, submitter) => {
  form.dataset.busy = "true";
  // A tick later, so that the pressed button's own name and value are still sent.
  setTimeout(() => {
    for (const button of buttonsOf(form)) {
      if (button.disabled) continue;
      button.disabled = true;
      button.dataset.held = "true";
    }
    if (submitter?.matches("button") && !("label" in submitter.dataset)) {
      submitter.dataset.label = submitter.innerHTML;
      submitter.textContent = body.dataset.textBusy;
      submitter.setAttribute("aria-busy", "true");
    }
  });
};

const release = (form) => {
  delete form.dataset.busy;
  for (const button of form.elements) {
    if (button.dataset.held) {
      button.disabled = false;
      delete button.dataset.held;
    }
    if ("label" in button.dataset) {
      button.innerHTML = button.dataset.label;
      delete button.dataset.label;
      button.removeAttribute("aria-busy");
    }
  }
};

const releaseAll = () => document.querySelectorAll("form[data-busy]").forEach(release);

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.dataset.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // Signing in again in another tab changes the token; the page that is open keeps working.
    const token = csrfCookie();
    const field = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && field) field.value = token;
  },
  true,
);
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && guarded(event.target)) hold(event.target, event.submitter);
});
window.addEventListener("pageshow", releaseAll);

// --- htmx ----------------------------------------------------------------------------------------
const formOf = (event) => event.detail.elt?.closest?.("form");
let focused = null;

body.addEventListener("htmx:configRequest", (event) => {
  const token = csrfCookie();
  if (token) event.detail.headers["X-CSRFToken"] = token;
});
body.addEventListener("htmx:beforeRequest", (event) => {
  const form = formOf(event);
  const submit = event.detail.requestConfig?.triggeringEvent;
  if (form && submit?.type === "submit" && guarded(form)) hold(form, submit.submitter);
});
body.addEventListener("htmx:afterRequest", (event) => {
  const form = formOf(event);
  if (form) setTimeout(() => release(form));
});
for (const silent of ["htmx:sendError", "htmx:timeout"]) {
  body.addEventListener(silent, () => toast(body.dataset.textSilent));
}
body.addEventListener("htmx:responseError", () => toast(body.dataset.textFailed));
// A list that asks for itself waits while rows of it are ticked.
body.addEventListener("htmx:beforeRequest", (event) => {
  const polls = event.detail.requestConfig?.triggeringEvent?.type === "hx:poll:trigger";
  if (polls && event.detail.elt.querySelector("[name=pick]:checked")) event.preventDefault();
});
body.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  const inside = event.detail.target?.contains(active) && active !== body;
  focused = inside ? { id: active.id, name: active.name, target: event.detail.target.id } : null;
});
body.addEventListener("htmx:afterSettle", () => {
  if (!focused || (document.activeElement && document.activeElement !== body)) return;
  const home = document.getElementById(focused.target);
  const next =
    (focused.id && document.getElementById(focused.id)) ||
    (focused.name && home?.querySelector(`[name="${CSS.escape(focused.name)}"]`)) ||
    home;
  if (next === home) home?.setAttribute("tabindex", "-1");
  next?.focus({ preventScroll: true });
  focused = null;
});

// --- Character counters: <textarea data-counter="1024"> -------------------------------------------
const count = (field) => {
  const limit = Number(field.dataset.counter || field.maxLength);
  if (!(limit > 0)) return;
  let shown = field.nextElementSibling;
  if (!shown?.matches(".char-count")) {
    shown = document.createElement("output");
    shown.className = "char-count";
    field.after(shown);
  }
  const length = [...field.value].length;
  shown.textContent = `${length.toLocaleString()} / ${limit.toLocaleString()}`;
  shown.classList.toggle("is-over", length > limit);
  // Only the last few characters are worth interrupting a screen reader.
  shown.setAttribute("aria-live", limit - length < 20 ? "polite" : "off");
};

// --- Conditional parts: data-show-when="field=a|b", "field!=a" or "field" ---------------------------
const valueOf = (form, name) => {
  const found = form.elements.namedItem(name);
  if (!found) return null;
  if (found instanceof RadioNodeList) {
    const boxes = [...found].filter((each) => each.type === "checkbox" && each.checked);
    return boxes.length ? boxes.map((each) => each.value) : [found.value];
  }
  if (found.type === "checkbox") return [found.checked ? found.value : ""];
  return [found.value];
};

const showPart = (part) => {
  const form = part.closest("form");
  const [, name, operator, wanted] = part.dataset.showWhen.match(/^([^!=]+)(!?=)?(.*)$/) || [];
  const values = form && valueOf(form, name);
  if (!values) return;
  const options = (wanted || "").split("|");
  const hit = operator ? values.some((value) => options.includes(value)) : values.some(Boolean);
  const visible = operator === "!=" ? !hit : hit;
  part.hidden = !visible;
  // A hidden required field would stop the form without a word.
  for (const field of part.querySelectorAll("[required], [data-was-required]")) {
    field.toggleAttribute("data-was-required", !visible);
    field.required = visible;
  }
};

const refresh = (root) => {
  root.querySelectorAll("[data-show-when]").forEach(showPart);
  root.querySelectorAll("[data-counter]").forEach(count);
};
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counter]")) count(event.target);
  event.target.form?.querySelectorAll("[data-show-when]").forEach(showPart);
});
document.addEventListener("reset", (event) => setTimeout(() => refresh(event.target)));
body.addEventListener("htmx:load", (event) => refresh(event.detail.elt.parentElement || body));

// --- Copy buttons: data-copy="text" ---------------------------------------------------------------
const copy = async (button) => {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return;
  }
  const label = button.innerHTML;
  button.textContent = body.dataset.textCopied;
  setTimeout(() => (button.innerHTML = label), 1500);
};

// --- Menus, the narrow navigation -----------------------------------------------------------------
document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-choice-button]");
  if (theme) {
    window.dispatchEvent(new CustomEvent("portal:theme", { detail: theme.dataset.themeChoiceButton }));
    showTheme();
  }
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
  const opener = event.target.closest("[data-side-toggle]");
  if (opener) {
    const open = opener.closest(".side").toggleAttribute("data-open");
    opener.setAttribute("aria-expanded", String(open));
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

showTheme();
refresh(document);
document.querySelector("[data-focus-first]")?.focus();
