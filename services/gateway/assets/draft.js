// @ts-check
// Keeps what is written in a form on this device until it is sent, so that a broken line or an empty battery loses nothing. What
// would name a source is never kept. Everything works without this.

const NAME = "mirab-draft:/reports/new";

if (document.querySelector("[data-draft-sent]")) localStorage.removeItem(NAME);

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-draft]"));
if (form) {
  const kept = () => /** @type {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */ ([...form.querySelectorAll("[data-keep]")]);
  /** @type {Record<string, string>} */
  const before = JSON.parse(localStorage.getItem(NAME) ?? "{}");
  const note = /** @type {HTMLElement | null} */ (document.querySelector("[data-draft-note]"));
  // what comes back with a refusal is newer than what was kept
  if (!form.dataset.draft && Object.keys(before).length) {
    for (const field of kept()) if (field.name in before) field.value = before[field.name];
    if (note) note.hidden = false;
  }
  const keep = () => localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(kept().map((field) => [field.name, field.value]))));
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  document.querySelector("[data-draft-forget]")?.addEventListener("click", () => { localStorage.removeItem(NAME); form.reset(); });
  document.querySelector("form[action='/logout']")?.addEventListener("submit", () => localStorage.removeItem(NAME));
}
