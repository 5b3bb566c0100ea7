// What was typed here before and never reached the server is offered, when its doctor comes back to the composer.

import * as typed from "./typed.js";

// So fresh, it may be of a window that is at work right now.
const AT_WORK_MS = 10_000;

// True when the page itself is what was typed: it came back refused.
export async function offer(box, place, ticket) {
  typed.dropOld();
  for (const [name, entry] of typed.entriesOf(place)) {
    if (entry.ticket === ticket) return true;
    if (await isKept(box, entry)) {
      typed.drop(name);
    } else if (entry.sent || entry.failed || Date.now() - entry.at > AT_WORK_MS) {
      show(document.querySelector(".unsaved-here"), box, name, entry);
      return false;
    }
  }
  return false;
}

// Drops what the server has by now.
export async function dropKept(box, place) {
  for (const [name, entry] of typed.entriesOf(place)) if (await isKept(box, entry)) typed.drop(name);
}

// What the server says to a page that was open for long; null when nobody is signed in.
export async function ask(address, page = "") {
  const answer = await fetch(`${address.split("?")[0]}?page=${page}`, { redirect: "manual" });
  return answer.ok ? answer.json() : null;
}

async function isKept(box, entry) {
  if (entry.sent && Number(box.dataset.version) > Number(entry.version || Infinity)) return true;
  try {
    const told = await ask(box.dataset.address, entry.ticket);
    return Boolean(told) && (told.turn >= entry.turn || (entry.sent && !entry.version && told.is_saved));
  } catch {
    return false;
  }
}

function show(notice, box, name, entry) {
  const zone = { timeZone: box.dataset.zone };
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", ...zone });
  const hour = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", ...zone });
  const words = `${day.format(entry.at)}, ${hour.format(entry.at).toLowerCase()}`;
  notice.querySelector(".unsaved-time").textContent = words;
  notice.querySelector('[data-unsaved="forget"]').addEventListener("click", () => {
    typed.drop(name);
    notice.hidden = true;
    document.getElementById("text").focus();
  });
  notice.querySelector('[data-unsaved="go"]').addEventListener("click", () => send(box, entry));
  notice.hidden = false;
}

// The server draws the composer with it; where somebody else saved meanwhile, with both.
function send(box, entry) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = box.dataset.compare;
  const mark = box.closest("form").elements.namedItem("csrf_token").value;
  const { ticket, version, kept, turn } = entry;
  const page = Object.entries({ csrf_token: mark, ticket, version, kept, turn, do: "resume" });
  for (const [name, value] of [...entry.fields, ...page]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}
