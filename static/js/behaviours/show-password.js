// A button that shows what was typed. Hidden again when the form leaves, so that browsers do not remember it as text.

export function bind(box) {
  const field = box.querySelector("input");
  const button = box.querySelector("button");
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
    button.setAttribute("aria-label", visible ? "Hide password" : "Show password");
    button.setAttribute("aria-pressed", String(visible));
  };
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  field.form?.addEventListener("submit", () => show(false));
  button.hidden = false;
}
