// Sends the form as soon as another choice is made. Its plain button is hidden, since nobody needs it any more.

export function bind(field) {
  const form = field.form;
  if (!form) return;
  for (const button of form.querySelectorAll("[data-only-without-js]")) button.hidden = true;
  if (field.hasAttribute("hx-get") || field.hasAttribute("hx-post")) return;
  field.addEventListener("change", () => form.requestSubmit());
}
