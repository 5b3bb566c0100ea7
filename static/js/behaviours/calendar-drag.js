// Carries posts to another day or hour by mouse, finger or keys. The server decides: what it says comes back as
// the calendar as it is now, with a message that can take the move back. Without this there is the page "Move".

import { follow } from "./calendar-pointer.js";
import { step } from "./calendar-steps.js";

// What was shown before htmx brought this.
let titleBefore = null;

export function bind(calendar) {
  const form = calendar.querySelector("#calendar-move");
  const said = document.getElementById("calendar-said");
  if (!form || !said) return;
  let held = null;

  const say = (words) => (said.textContent = words);

  function grab(entry, byKeys) {
    const from = placeOf(calendar, entry);
    held = { entry, from, target: null, byKeys };
    entry.classList.add("is-held");
    // Empty hours and days come up meanwhile: what is carried stays under the finger.
    const top = entry.getBoundingClientRect().top;
    calendar.classList.add("is-carrying");
    scrollBy({ top: entry.getBoundingClientRect().top - top, behavior: "instant" });
    aim(from);
    if (byKeys) say(`Picked up: ${entry.dataset.says}. Arrows choose the place, space puts it down, escape leaves it.`);
  }

  function aim(target) {
    if (!held || target === held.target) return;
    held.target?.classList.remove("is-target");
    held.target = target;
    target?.classList.add("is-target");
    if (held.byKeys && target && target !== held.from) say(target.dataset.says);
  }

  function letGo() {
    held.target?.classList.remove("is-target");
    held.entry.classList.remove("is-held");
    calendar.classList.remove("is-carrying");
    held = null;
  }

  function cancel() {
    if (!held) return;
    letGo();
    say("It stays where it was.");
  }

  function drop() {
    if (!held) return;
    const { entry, from, target } = held;
    if (!target || target === from) return cancel();
    letGo();
    entry.dispatchEvent(new CustomEvent("carried", { bubbles: true }));
    entry.classList.add("is-moving");
    say("Moving …");
    form.elements.post.value = entry.dataset.post;
    form.elements.version.value = entry.dataset.version;
    form.elements.to_day.value = target.dataset.date;
    form.elements.to_hour.value = target.dataset.hour ?? "";
    form.requestSubmit();
  }

  function onKey(event) {
    if (!held) {
      const entry = event.key === " " ? event.target.closest("[data-post]") : null;
      if (!entry) return;
      event.preventDefault();
      grab(entry, true);
      return;
    }
    if (event.key === "Escape") cancel();
    else if (!held.byKeys) return;
    else if (event.key === " " || event.key === "Enter") drop();
    else if (event.key === "Tab") return cancel();
    else if (event.key.startsWith("Arrow")) {
      const next = step(calendar, held.target, event.key);
      if (next) aim(next);
      else say("This page ends here.");
      held.target.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  }

  calendar.addEventListener("keydown", onKey);
  follow(calendar, { grab, aim, drop, cancel, isHeld: () => held !== null });
  for (const entry of calendar.querySelectorAll("[data-post]")) entry.setAttribute("aria-describedby", "calendar-keys");
  welcome(calendar, say);
  for (const lost of ["htmx:sendError", "htmx:responseError"]) {
    form.addEventListener(lost, () => {
      calendar.querySelector(".is-moving")?.classList.remove("is-moving");
      say("Your post was not moved: the portal could not be reached. Try again.");
    });
  }
}

/** The day or hour that an entry stands in; on a phone it lies below the month. */
function placeOf(calendar, entry) {
  return entry.closest("[data-drop]") ?? calendar.querySelector(`td[data-date="${entry.closest("[data-date]").dataset.date}"]`);
}

/** After a turn of the page: what is shown now is said, and whoever uses keys is not lost. */
function welcome(calendar, say) {
  const title = calendar.querySelector("#calendar-title");
  const turned = titleBefore !== null && titleBefore !== title.textContent;
  const isLost = titleBefore !== null && document.activeElement === document.body;
  titleBefore = title.textContent;
  if (turned) say(titleBefore);
  if (isLost) title.focus({ preventScroll: true });
}
