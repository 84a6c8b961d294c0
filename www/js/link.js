/*
 * The page between a stranger's link and where it leads (link.html). Behind
 * the # stand the language and the address: no server reads them. It shows the
 * whole address, with the part that tells whose it is, and asks.
 */
(function (root) {
  'use strict';
  var words = null;

  function el(id) { return document.getElementById(id); }

  // Only http and https, only what can be read as an address.
  function parse(hash) {
    var parts = /^#([a-z]{2}),(.+)$/.exec(hash), a = document.createElement('a');
    if (!parts) { return null; }
    try { a.href = decodeURIComponent(parts[2]); } catch (e) { return null; }
    if (!/^https?:$/.test(a.protocol) || !a.hostname) { return null; }
    return { lang: parts[1], href: a.href, host: a.host };
  }

  // The host in bold; a name in front of an @ is no part of it.
  function show_address(link) {
    var box = el('leaving-address'), at = link.href.indexOf('://') + 3;
    var end = link.href.slice(at).search(/[\/?#]/), authority, strong;
    end = end < 0 ? link.href.length : at + end;
    authority = link.href.slice(at, end).lastIndexOf('@') + 1;
    strong = document.createElement('strong');
    strong.textContent = link.href.slice(at + authority, end);
    box.appendChild(document.createTextNode(link.href.slice(0, at + authority)));
    box.appendChild(strong);
    box.appendChild(document.createTextNode(link.href.slice(end)));
  }

  function stay() {
    root.close();
    el('leaving-lead').textContent = words['link.closed']; // where a script may not
    el('leaving-address').hidden = el('leaving-go').hidden = el('leaving-stay').hidden = true;
    el('leaving-title').focus();
  }

  function show(link) {
    document.title = words['link.title'] + ' · Parley';
    el('leaving-title').textContent = words['link.title'];
    el('leaving-title').tabIndex = -1;
    el('leaving-lead').textContent = words[link ? 'link.lead' : 'link.bad'];
    el('leaving-stay').textContent = words['link.stay'];
    el('leaving-stay').addEventListener('click', stay);
    el('leaving-go').textContent = words['link.go'];
    el('leaving-go').hidden = !link;
    if (link) {
      el('leaving-go').href = link.href;
      show_address(link);
    }
    el('leaving').hidden = false;
    el('leaving-title').focus();
  }

  function load(code, done) {
    var script = document.createElement('script');
    script.src = 'lang/' + code + '.js';
    script.onload = done;
    script.onerror = function () { if (code !== 'en') { load('en', done); } };
    document.head.appendChild(script);
  }

  root.Parley = { lang: { add: function (lang) {
    words = lang.words;
    document.documentElement.lang = lang.code;
    document.documentElement.dir = lang.dir;
  } } };

  (function () {
    var link = parse(root.location.hash);
    load(link ? link.lang : 'en', function () { show(link); });
  })();
  root.addEventListener('hashchange', function () { root.location.reload(); });
})(this);
