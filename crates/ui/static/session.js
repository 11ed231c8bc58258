// In session: notes save themselves, the clock runs, the screen of the room follows. Without this file everything works by
// its buttons.

const WAIT = 1500;
const AGAIN = 5000;

/** « 14 h 05 », where the meeting is: whoever takes notes may sit in another time zone. */
function now(timeZone) {
  const parts = new Intl.DateTimeFormat("fr-FR", { timeZone, hour: "numeric", minute: "2-digit" }).formatToParts(new Date());
  const part = (type) => parts.find((one) => one.type === type).value;
  const minute = part("minute");
  return `${Number(part("hour"))}\u00a0h${minute === "00" ? "" : `\u00a0${minute}`}`;
}

/** Saves the notes of one item; what could not be sent is kept in the browser until it is. */
function keep(form) {
  const notes = form.elements.notes;
  const said = form.querySelector("[data-said]");
  const kept = `notes:${form.getAttribute("action")}`;
  let timer = 0;
  let sending = false;
  const say = (sentence) => {
    said.textContent = sentence;
  };

  // What was typed off line and never sent: it comes back on top of what it was typed upon.
  const before = JSON.parse(localStorage.getItem(kept) ?? "null");
  if (before?.notes === notes.value) localStorage.removeItem(kept);
  else if (before) {
    notes.value = before.notes;
    form.elements.base.value = before.base;
    form.elements.version.value = before.version;
    timer = setTimeout(send, WAIT);
  }

  async function send() {
    if (sending) {
      timer = setTimeout(send, WAIT);
      return;
    }
    sending = true;
    const sent = notes.value;
    say("Enregistrement…");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (!(answer.headers.get("content-type") ?? "").startsWith("application/json")) {
        // Not signed in any more, or a server in between that is being looked after.
        say("Vos notes ne sont pas encore enregistrées ; elles sont gardées ici. Vérifiez dans un autre onglet que vous êtes toujours connecté.");
        timer = setTimeout(send, AGAIN);
        return;
      }
      const told = await answer.json();
      if (!answer.ok) {
        say(told.error);
        return;
      }
      localStorage.removeItem(kept);
      if (notes.value === sent) {
        form.elements.version.value = told.version;
        form.elements.base.value = told.notes;
        if (told.merged) {
          const place = notes.selectionStart;
          notes.value = told.notes;
          notes.setSelectionRange(place, place);
        }
      } else if (told.merged) {
        // Typed on meanwhile: the next answer puts both together again, from what was sent.
        form.elements.base.value = sent;
      } else {
        form.elements.version.value = told.version;
        form.elements.base.value = told.notes;
      }
      const hour = now(form.dataset.zone);
      say(told.merged ? `Enregistré à ${hour}, avec ce que quelqu'un d'autre a écrit : relisez.` : `Enregistré à ${hour}`);
    } catch {
      say("Hors ligne : vos notes sont gardées ici et seront envoyées au retour du réseau.");
      timer = setTimeout(send, AGAIN);
    } finally {
      sending = false;
    }
  }

  notes.addEventListener("input", () => {
    const { base, version } = form.elements;
    localStorage.setItem(kept, JSON.stringify({ notes: notes.value, base: base.value, version: version.value }));
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!navigator.onLine) {
      // The browser would leave the page for its own « no network », and the notes with it.
      event.preventDefault();
      send();
      return;
    }
    localStorage.removeItem(kept);
  });
}

/** « encore 12 min », « 3 min de trop ». */
function run(clock) {
  const ends = Number(clock.dataset.ends) * 1000;
  const tell = () => {
    const left = Math.round((ends - Date.now()) / 60000);
    clock.textContent = left >= 0 ? `Encore ${left} min` : `${-left} min de trop`;
    clock.hidden = false;
  };
  tell();
  return setInterval(tell, 10000);
}

/** Asks for the page again and takes its part of the same name. */
function follow(part) {
  setInterval(async () => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.getElementById(part.id);
      if (now && now.innerHTML !== part.innerHTML) part.replaceChildren(...now.childNodes);
    } catch {
      // Off line: the next time.
    }
  }, 8000);
}

document.querySelectorAll("form[data-notes]").forEach(keep);
document.querySelectorAll("[data-ends]").forEach(run);
document.querySelectorAll("[data-follow]").forEach(follow);
