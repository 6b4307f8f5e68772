// Switches: without this they are links to figures that stand one after the other; with it one figure is shown at a
// time. The address follows by replaceState alone, so that what somebody looked at never piles up in the history.

function choose(links, parts, chosen) {
  links.forEach((link, place) => {
    parts[place].hidden = link !== chosen;
    link.setAttribute("aria-current", String(link === chosen));
  });
}

function holding(parts, id) {
  const place = document.getElementById(id);
  return parts.findIndex((part) => part.contains(place));
}

for (const group of document.querySelectorAll("nav.views")) {
  const links = [...group.querySelectorAll("a")];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  const follow = () => choose(links, parts, links[Math.max(0, holding(parts, location.hash.slice(1)))]);
  group.classList.add("switches");
  follow();
  addEventListener("hashchange", follow);
  group.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    choose(links, parts, link);
    history.replaceState(null, "", link.hash);
  });
}
