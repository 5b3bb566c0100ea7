// Where an arrow key leads in the calendar: to the day or hour beside the one aimed at, or nowhere.

const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function step(calendar, from, key) {
  if (from.dataset.hour !== undefined) return hourBeside(calendar, from, key);
  if (from.tagName === "TD") return find(calendar, later(from.dataset.date, DAYS[key]));
  const places = [...calendar.querySelectorAll("[data-drop]")];
  return places[places.indexOf(from) + (key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1)];
}

function hourBeside(calendar, from, key) {
  const hour = Number(from.dataset.hour);
  if (key === "ArrowUp") return find(calendar, from.dataset.date, hour - 1);
  if (key === "ArrowDown") return find(calendar, from.dataset.date, hour + 1);
  return find(calendar, later(from.dataset.date, DAYS[key]), hour);
}

function find(calendar, date, hour) {
  const at = hour === undefined ? "" : `[data-hour="${hour}"]`;
  return calendar.querySelector(`[data-drop][data-date="${date}"]${at}`);
}

function later(date, days) {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}
