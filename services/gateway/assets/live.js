// @ts-check
// Keeps a page up to date: hears what changed, asks for the page anew and exchanges the parts that show it.
// Everything works without this.

/** @type {Set<string>} */
const changed = new Set();
let waiting = 0;

const parts = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-live]")]);
/** @param {Element} part */
const busy = (part) => part.contains(document.activeElement) && !!document.activeElement?.matches("input, textarea, button");

async function refresh() {
  waiting = 0;
  const all = changed.has("gap");
  const stale = parts().filter((part) => all || part.dataset.live?.split(" ").some((topic) => changed.has(topic)));
  changed.clear();
  if (!stale.length) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of stale) {
    const now = page.getElementById(part.id);
    if (!now || now.innerHTML === part.innerHTML || busy(part)) continue;
    const open = [...part.querySelectorAll("details")].map((d) => d.open);
    const unit = document.activeElement?.getAttribute("data-unit");
    part.innerHTML = now.innerHTML;
    part.querySelectorAll("details").forEach((d, i) => { if (open[i]) d.open = true; });
    if (unit) /** @type {SVGAElement | null} */ (part.querySelector(`[data-unit="${CSS.escape(unit)}"]`))?.focus();
  }
}

/** @param {string} topic */
function hear(topic) {
  changed.add(topic);
  waiting ||= window.setTimeout(refresh, 400);
}

if (parts().length) {
  const stream = new EventSource("/v1/stream");
  const topics = new Set(parts().flatMap((part) => (part.dataset.live ?? "").split(" ")));
  for (const topic of [...topics, "gap"]) stream.addEventListener(topic, () => hear(topic));
}

// The map by keyboard: arrows move to the nearest unit in that direction.
document.addEventListener("keydown", (event) => {
  const from = /** @type {Element} */ (event.target).closest?.("a.unit");
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!from || !way) return;
  event.preventDefault();
  /** @param {Element} unit */
  const middle = (unit) => { const box = unit.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const [x, y] = middle(from);
  let best = Infinity, to = null;
  for (const unit of document.querySelectorAll("a.unit")) {
    const [ux, uy] = middle(unit);
    const along = (ux - x) * way[0] + (uy - y) * way[1], aside = Math.abs((ux - x) * way[1]) + Math.abs((uy - y) * way[0]);
    const far = along + 2 * aside;
    if (along > 1 && far < best) { best = far; to = unit; }
  }
  /** @type {SVGAElement | null} */ (to)?.focus();
});
