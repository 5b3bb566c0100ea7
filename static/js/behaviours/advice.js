// What the checks say comes anew while the doctor writes the post. A reason that is typed here asks for no new
// preview, and is not taken from under the doctor's hands.

export function bind(box) {
  for (const kind of ["input", "change"]) {
    box.addEventListener(kind, (event) => event.stopPropagation());
  }
  box.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (box.contains(document.activeElement) && document.activeElement.matches("textarea")) {
      event.detail.shouldSwap = false;
    }
  });
}
