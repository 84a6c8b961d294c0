/*
 * Words. A language is one file in lang/, which calls Parley.lang.add(), and
 * one <option> in the page (a browser cannot list a folder, and nobody should
 * fetch all files to learn their names); it is fetched when it is wanted.
 * Elements name their text: data-t (content), data-t-label (aria-label and
 * tooltip), data-t-hint (placeholder). Names of people are put in as <bdi>, so
 * that a right-to-left name does not turn the sentence round; where there can be
 * no element, between U+2068 and U+2069, which say the same.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var FIRST = 'en';
  var RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|[\ud802\ud803\ud83a\ud83b]/;
  var langs = {}, now = null;

  // A gap in a language shows its key: the page goes on, and a test complains.
  function word(key) { return now.words[key] || key; }

  // Only where it matters: an old machine shows two boxes for the signs.
  function alone(s) {
    var mixed = RTL.test(s) || (now.dir === 'rtl' && /[a-z]/i.test(s));
    return mixed ? '\u2068' + s + '\u2069' : s;
  }

  function text(key, params) {
    return word(key).replace(/\{(\w+)\}/g, function (all, name) {
      return params && name in params ? alone(params[name]) : all;
    });
  }

  // {count} picks between key.one and key.many.
  function counted(key, n) {
    return text(key + '.' + now.plural(n), { n: n });
  }

  function put(el, key, params) {
    var parts = word(key).split(/(\{\w+\})/);
    el.textContent = '';
    parts.forEach(function (part) {
      var name = /^\{\w+\}$/.test(part) ? part.slice(1, -1) : '';
      el.appendChild(name ? P.make('bdi', '', params[name]) : document.createTextNode(part));
    });
  }

  function each(attribute, fn) {
    var found = document.querySelectorAll('[' + attribute + ']'), i;
    for (i = 0; i < found.length; i++) { fn(found[i], found[i].getAttribute(attribute)); }
  }

  function label(el, key) {
    el.setAttribute('aria-label', text(key));
    if (el.tagName === 'BUTTON') { el.setAttribute('title', text(key)); }
  }

  function apply() {
    document.documentElement.lang = now.code;
    document.documentElement.dir = now.dir;
    each('data-t', function (el, key) { el.textContent = text(key); });
    each('data-t-label', label);
    each('data-t-hint', function (el, key) { el.setAttribute('placeholder', text(key)); });
  }

  function load(code, done) {
    P.need('lang/' + code + '.js', function () { return !!langs[code]; }, done);
  }

  function use(code) {
    now = langs[code];
    apply();
  }

  // zh-Hant-TW speaks zh before it speaks English.
  function guess() {
    var nav = root.navigator, options = P.el('lang').options, i, j, code;
    var wanted = [P.store.preferred('lang')].concat(nav.languages || nav.language || []);
    for (i = 0; i < wanted.length; i++) {
      code = String(wanted[i]).toLowerCase().split('-')[0];
      for (j = 0; j < options.length; j++) {
        if (options[j].value === code) { return code; }
      }
    }
    return FIRST;
  }

  P.lang = {
    // {code, short, dir, plural(n) -> 'one' | 'many', words}
    add: function (lang) { langs[lang.code] = lang; },

    start: function (done) {
      var code = guess();
      load(code, function (found) {
        if (found) { use(code); done(); return; }
        load(FIRST, function () { use(FIRST); done(); });
      });
    },

    choose: function (code, done) {
      load(code, function (found) {
        if (found) {
          use(code);
          P.store.prefer('lang', code);
        }
        done();
      });
    },

    current: function () { return now; }
  };
  P.t = text;
  P.t_count = counted;
  P.t_put = put;
  P.t_alone = alone;
  P.t_label = label;
})(this);
