// Into how many SMS a text is cut, beside its character count; tendlc/rules/segments.py counts alike.
// <textarea data-segments data-segments-text="{n} SMS">: the text is translated by the page.
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("^{}\\[~]|€\f");

const parts = (units, alone, chained) => (units <= alone ? Math.min(units, 1) : Math.ceil(units / chained));

export const segments = (text) => {
  const signs = [...text];
  if (signs.some((sign) => !BASIC.has(sign) && !EXTENDED.has(sign))) return parts(text.length, 70, 67);
  const units = signs.length + signs.filter((sign) => EXTENDED.has(sign)).length;
  return parts(units, 160, 153);
};

const show = (field) => {
  let shown = field.parentElement.querySelector(".segment-count");
  if (!shown) {
    shown = document.createElement("output");
    shown.className = "char-count segment-count";
    field.parentElement.append(shown);
  }
  shown.textContent = (field.dataset.segmentsText || "{n} SMS").replace("{n}", segments(field.value));
};

for (const field of document.querySelectorAll("[data-segments]")) {
  show(field);
  field.addEventListener("input", () => show(field));
}
