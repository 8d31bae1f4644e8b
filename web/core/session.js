// Signing in and out. Whether this browser is signed in is only a note that spares a refused
// request at the start; what counts is the cookie, which scripts cannot read.

import { get, post, remove } from "./api.js";

const NOTE = "tsloss signed in";

export function mayBeSignedIn() {
  return localStorage.getItem(NOTE) !== null;
}

export async function signIn(key) {
  await post("/v1/session", undefined, { headers: { Authorization: `Bearer ${key}` } });
  const who = await get("/v1/session").catch((error) => {
    throw error.status === 401 ? new Error(NO_COOKIE) : error;
  });
  localStorage.setItem(NOTE, "yes");
  return who;
}

const NO_COOKIE =
  "The key is right, but the browser did not keep the session: the dashboard needs HTTPS, or an address of this machine itself.";

export const whoAmI = () => get("/v1/session");

export function forgetSession() {
  localStorage.removeItem(NOTE);
}

export async function signOut() {
  await remove("/v1/session");
  forgetSession();
}
