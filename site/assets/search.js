// Search in the reader's own browser: the register is fetched once, and the words written never leave the page.

const box = document.querySelector("#sok");
const field = box.querySelector("input");
const hits = box.querySelector("#treff");
const count = box.querySelector("#treff-tal");
const MOST = 20;
let register;

// A reader may lack æ, ø and å, or write the other written form: each word is compared without them.
const plain = (text) => text.toLowerCase().replaceAll("æ", "ae").replaceAll("ø", "o").replaceAll("å", "a").normalize("NFD").replace(/\p{M}/gu, "");

function fetchRegister() {
  register ??= fetch(box.dataset.register).then((answer) => {
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }).then((pages) => pages.map((page) => ({ ...page, named: [page.title, ...page.called].map(plain), told: plain(page.summary), text: plain(page.words) })));
  return register;
}

function worth(page, words) {
  let sum = page.named.includes(words.join(" ")) ? 200 : 0; // called exactly what was asked for
  for (const word of words) {
    const starts = new RegExp(`(^|[^\\p{L}])${word}`, "u");
    const whole = new RegExp(`(^|[^\\p{L}])${word}($|[^\\p{L}])`, "u");
    if (page.named.includes(word)) sum += 100;
    else if (page.named.some((name) => whole.test(name))) sum += 25;
    else if (page.named.some((name) => starts.test(name))) sum += 20;
    else if (starts.test(page.told)) sum += 5;
    else if (starts.test(page.text)) sum += 1;
    else return 0;
  }
  return sum;
}

function line(page) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const told = document.createElement("span");
  link.href = box.dataset.top + page.link;
  link.textContent = page.title;
  told.textContent = page.summary;
  item.lang = page.lang;
  item.append(link, told);
  return item;
}

async function search() {
  const words = plain(field.value).match(/\p{L}+|\d+/gu) ?? [];
  if (!words.length) {
    hits.replaceChildren();
    count.textContent = "";
    return;
  }
  try {
    const found = (await fetchRegister()).map((page) => [worth(page, words), page]).filter(([sum]) => sum);
    found.sort((one, other) => other[0] - one[0]);
    hits.replaceChildren(...found.slice(0, MOST).map(([, page]) => line(page)));
    count.textContent = found.length === 1 ? box.dataset.one : found.length ? box.dataset.many.replace("{n}", found.length) : box.dataset.none;
  } catch {
    register = undefined;
    count.textContent = box.dataset.failed;
  }
}

box.hidden = false;
field.addEventListener("input", search);
