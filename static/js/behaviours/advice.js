// What the checks say comes anew while the doctor writes the post. A reason that is typed here asks for no new
// preview, and is not taken from under the doctor's hands; nor is a button that is being pressed, for a press takes
// the focus from the text and so asks for an answer itself. The answer was asked for before the last words were
// typed: what stands in the fields now goes into the new ones, and comes back with a finding that comes back.

const typed = new Map();

export function bind(box) {
  for (const kind of ["input", "change"]) {
    box.addEventListener(kind, (event) => event.stopPropagation());
  }
  let isOld = false;
  box.addEventListener("click", () => {
    if (isOld) box.closest("form").dispatchEvent(new Event("change"));
    isOld = false;
  });
  box.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (box.matches(":active")) {
      isOld = true;
      event.detail.shouldSwap = false;
      return;
    }
    if (box.contains(document.activeElement) && document.activeElement.matches("textarea")) {
      event.detail.shouldSwap = false;
      return;
    }
    for (const field of box.querySelectorAll("textarea[name]")) typed.set(field.name, field.value);
    for (const field of event.detail.fragment.querySelectorAll("textarea[name]")) {
      if (typed.has(field.name)) field.value = typed.get(field.name);
    }
  });
}
