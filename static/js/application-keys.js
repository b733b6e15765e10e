// Keys of applications, made and compared in the browser. A private key is never put into a form or a request.
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const PAIR = { ...ALGORITHM, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

const toPem = (label, bytes) => {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return `-----BEGIN ${label}-----\n${text.match(/.{1,64}/g).join("\n")}\n-----END ${label}-----\n`;
};

const fromPem = (label, text) => {
  const body = text.match(new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`))?.[1];
  if (!body) throw new Error(`no ${label} in this text`);
  return Uint8Array.from(atob(body.replace(/\s+/g, "")), (sign) => sign.charCodeAt(0));
};

const publicHalf = async (format, bytes, usage) => {
  const key = await crypto.subtle.importKey(format, bytes, ALGORITHM, true, [usage]);
  const { n, e } = await crypto.subtle.exportKey("jwk", key);
  return `${n}.${e}`;
};

const download = (name, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

const generate = async (maker, box, answer) => {
  try {
    const pair = await crypto.subtle.generateKey(PAIR, true, ["sign", "verify"]);
    const [spki, pkcs8] = await Promise.all([
      crypto.subtle.exportKey("spki", pair.publicKey),
      crypto.subtle.exportKey("pkcs8", pair.privateKey),
    ]);
    box.value = toPem("PUBLIC KEY", spki);
    download(maker.dataset.fileName, toPem("PRIVATE KEY", pkcs8));
    answer.textContent = maker.dataset.textDone;
  } catch {
    answer.textContent = maker.dataset.textFailed;
  }
};

const check = async (part, box, file) => {
  let expected;
  try {
    expected = await publicHalf("spki", fromPem("PUBLIC KEY", box.value), "verify");
  } catch {
    return part.dataset.textNoPublic;
  }
  try {
    const found = await publicHalf("pkcs8", fromPem("PRIVATE KEY", await file.text()), "sign");
    return found === expected ? part.dataset.textMatch : part.dataset.textOther;
  } catch {
    return part.dataset.textUnreadable;
  }
};

const setUpMaker = (maker) => {
  const box = document.getElementById(maker.dataset.keyField);
  const answer = maker.querySelector("[data-key-maker-answer]");
  maker.hidden = false;
  maker.querySelector("[data-key-generate]").addEventListener("click", () => generate(maker, box, answer));
  box.addEventListener("input", () => {
    if (!/PRIVATE KEY/i.test(box.value)) return;
    box.value = "";
    answer.textContent = maker.dataset.textPrivate;
  });
};

const setUpCheck = (part) => {
  const box = document.getElementById(part.dataset.keyField);
  const answer = part.querySelector("[data-key-check-answer]");
  part.hidden = false;
  part.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    answer.textContent = file ? await check(part, box, file) : "";
  });
};

// Browsers offer cryptography on encrypted pages and on this machine only.
if (globalThis.crypto?.subtle) {
  document.querySelectorAll("[data-key-maker]").forEach(setUpMaker);
  document.querySelectorAll("[data-key-check]").forEach(setUpCheck);
}
