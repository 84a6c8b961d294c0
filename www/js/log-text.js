/*
 * What people wrote, as it is shown: addresses become links, and the codes
 * [em_1] to [em_75] the emoji that they stand for, in the order of the old
 * faces that chat pages in China number so. A stranger's link leads to a page
 * that shows the whole address and asks; the address travels behind the #, so
 * that no server reads it.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var CODES = ('🙂 😕 😍 😳 😎 😢 🤐 😴 😭 😬 😡 😜 😁 😮 🙁 😰 😫 🤮 🤭 😊 🙄 😤 🤤 😪 😱 ' +
    '😅 😄 😌 💪 🤬 ❓ 🤫 😵 😖 😞 🔨 👋 😥 👃 😓 😏 😒 😠 💤 👎 😟 😿 😈 😘 😨 🥺 🤗 🌙 ☀️ 💣 ' +
    '💀 🔪 🐷 🍉 ☕ 🍚 ❤️ 👍 👎 🤝 ✌️ 🙏 👈 👌 🙅 🌹 🥀 💋 💕 😚').split(' ');
  var CODE = /\[em_([1-9]\d?)\]/g;
  // No brackets, no quotes, nothing but ASCII: what follows an address in
  // Chinese is not part of it.
  var LINK = /\bhttps?:\/\/[a-z0-9][\w\-.~:\/?#@!$&()*+,;=%]*/gi;

  function plain(text) {
    return text.replace(CODE, function (all, n) { return CODES[n - 1] || all; });
  }

  function count(s, c) { return s.split(c).length - 1; }

  // The point that ends the sentence, and the bracket that began before, stay out.
  function trim(link) {
    var was;
    do {
      was = link;
      link = link.replace(/[.,;:!?*_~]+$/, '');
      if (/\)$/.test(link) && count(link, ')') > count(link, '(')) { link = link.slice(0, -1); }
    } while (link !== was);
    return link;
  }

  function make_link(address, strange) {
    var a = P.make('a', 'link', address);
    a.href = strange
      ? 'link.html#' + P.lang.current().code + ',' + encodeURIComponent(address) : address;
    a.target = '_blank';
    a.rel = 'noopener noreferrer nofollow ugc';
    return a;
  }

  function add(el, text) {
    if (text) { el.appendChild(document.createTextNode(plain(text))); }
  }

  P.log_text = {
    plain: plain,

    // strange: the partner wrote it.
    put: function (el, text, strange) {
      var at = 0, found, link;
      el.textContent = '';
      LINK.lastIndex = 0;
      while ((found = LINK.exec(text))) {
        link = trim(found[0]);
        add(el, text.slice(at, found.index));
        el.appendChild(make_link(link, strange));
        at = LINK.lastIndex = found.index + link.length;
      }
      add(el, text.slice(at));
    }
  };
})(this);
