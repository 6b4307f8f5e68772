// The link carries its code after «#», which no server ever sees; here it is put into the box and sent from there.

const box = document.getElementById("kode");

function plain(text) {
  return text.slice(text.indexOf("#") + 1).trim();
}

function enter() {
  if (location.hash.length < 2) return;
  box.value = plain(location.hash);
  history.replaceState(null, "", location.pathname);
  document.getElementById("inn").requestSubmit();
}

box.addEventListener("change", () => { box.value = plain(box.value); });
addEventListener("hashchange", enter); // the link was put in where this page was open already
enter();
