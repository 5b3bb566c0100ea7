// A month on a phone has no room for words: a tap on a day lays its posts out below the month, where they can be
// opened, and carried into another day. Without this a day leads to its own page.

const NARROW = matchMedia("(max-width: 719.98px)");

// The post that was carried last: its day is laid out when the calendar comes back.
let carried = null;

export function bind(month) {
  const tray = month.querySelector(".day-tray");
  const put = tray.querySelector(".day-tray-posts");
  let from = null;

  function tidy() {
    from?.append(...put.childNodes);
    from?.classList.remove("is-picked");
    from = null;
    tray.hidden = true;
  }

  function lay(day) {
    tidy();
    from = day;
    day.classList.add("is-picked");
    put.append(...day.querySelectorAll(".day-mark, .calendar-entry, .calendar-more"));
    tray.dataset.date = day.dataset.date;
    tray.querySelector(".day-tray-name").textContent = day.dataset.says;
    tray.querySelector(".day-tray-nothing").hidden = put.childNodes.length > 0;
    tray.querySelector(".day-tray-hint").hidden = !put.querySelector("[data-can-move]");
    tray.querySelector(".day-tray-open").href = day.querySelector(".day-number").href;
    const write = day.querySelector(".day-new");
    tray.querySelector(".day-tray-new").hidden = !write;
    if (write) tray.querySelector(".day-tray-new").href = write.href;
    tray.hidden = false;
    // Going back from a post leads to the day that was looked at.
    history.replaceState(history.state, "", `#${day.dataset.date}`);
  }

  function onTap(event) {
    const link = event.target.closest("a.day-number");
    if (!link || !NARROW.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lay(link.closest("td"));
    tray.querySelector(".day-tray-name").focus({ preventScroll: true });
    tray.scrollIntoView({ block: "nearest" });
  }

  month.addEventListener("click", onTap);
  month.addEventListener("carried", (event) => (carried = event.target.dataset.post));
  NARROW.addEventListener("change", tidy);
  if (!NARROW.matches) return;
  const hasFocus = document.activeElement !== document.body;
  const entry = carried ? month.querySelector(`[data-post="${carried}"]`) : null;
  const day = entry?.closest("td") ?? month.querySelector(`td[data-date="${location.hash.slice(1)}"]`);
  carried = null;
  if (day) lay(day);
  if (entry && !hasFocus) entry.focus({ preventScroll: true });
}
