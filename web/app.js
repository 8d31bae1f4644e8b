// Starts the dashboard: shows the view that the address names, or the sign-in before it.

import { announce } from "./core/announce.js";
import { fill, h } from "./core/dom.js";
import { isAbort } from "./core/errors.js";
import { readAddress, route } from "./core/router.js";
import { forgetSession, mayBeSignedIn, whoAmI } from "./core/session.js";
import { hideFrame, showFrame } from "./frame.js";
import { loading, problem } from "./parts/notice.js";
import { showSignIn } from "./views/sign_in.js";

const main = document.getElementById("main");
const stale = document.getElementById("stale");
let open = new AbortController();
let who = null;
let shown = null;

async function show() {
  const { place, query } = readAddress();
  open.abort();
  open = new AbortController();
  const { signal } = open;
  if (!who && !(await recognise())) return;
  if (signal.aborted) return;
  showFrame(place, who);
  main.ariaBusy = "true";
  // A page that was just loaded begins at its top, as pages do.
  const moved = shown !== null && shown !== place;
  shown = place;
  stale.hidden = true;
  const held = document.activeElement?.name;
  const slow = setTimeout(() => fill(main, loading()), 150);
  try {
    const { load, params } = route(place);
    const view = await load();
    if (signal.aborted) return;
    await view.render({ main: stage(signal, slow), params, query, signal, who });
    if (!signal.aborted) arrive(moved, held);
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    fill(main, h("h1", {}, "This cannot be shown"), problem(error, show));
    arrive(moved);
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) main.ariaBusy = "false";
  }
}

// A view that was left meanwhile fills nothing any more.
function stage(signal, slow) {
  return (...children) => {
    clearTimeout(slow);
    if (!signal.aborted) fill(main, ...children);
  };
}

// `held` is the name of the control that had the focus: a filter that drew its view again keeps it.
function arrive(moved, held) {
  const heading = main.querySelector("h1");
  document.title = heading ? `${heading.textContent} · tsloss` : "tsloss";
  if (!moved) {
    if (held) main.querySelector(`[name="${CSS.escape(held)}"]`)?.focus();
    return;
  }
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  scrollTo(0, 0);
  announce(heading?.textContent ?? "");
}

async function recognise() {
  if (mayBeSignedIn()) {
    try {
      who = await whoAmI();
      return true;
    } catch (error) {
      if (error.status !== 401) {
        fill(main, problem(error, show));
        return false;
      }
    }
  }
  askForKey();
  return false;
}

function askForKey() {
  open.abort();
  forgetSession();
  who = shown = null;
  main.ariaBusy = "false";
  hideFrame();
  showSignIn(main, (known) => {
    who = known;
    shown = "sign-in";
    show();
  });
}

document.querySelector(".skip").addEventListener("click", (event) => {
  // The part of the address behind `#` names the view, so this link must not change it.
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", show);
// Whoever is asked for a key already goes on reading why the last one did not do.
addEventListener("tsloss:signed-out", () => who && askForKey());
addEventListener("tsloss:stale", ({ detail }) => (stale.hidden = !detail));
show();
