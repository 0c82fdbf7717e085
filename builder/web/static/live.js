// Follows the preview's events: what changed, when it stopped, and when it is back.

const PATIENCE = 1500, RETRY = 2000; // milliseconds until a break counts as the end, and between attempts

/** Calls `hello(state, again)`, `change(change)` and `lost()`; reconnects for ever. */
export function follow(address, { hello, change, lost }) {
  let broken = false, timer = 0, retry = 0;

  function connect() {
    const source = new EventSource(address);
    source.addEventListener("hello", event => {
      clearTimeout(timer);
      timer = 0;
      hello(JSON.parse(event.data).state, broken);
      broken = false;
    });
    source.addEventListener("change", event => change(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      broken = true;
      timer ||= setTimeout(lost, PATIENCE);
      // Browsers differ in whether they try again when nobody answers; one that gave up is started anew.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(retry);
        retry = setTimeout(connect, RETRY);
      }
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  connect();
}
