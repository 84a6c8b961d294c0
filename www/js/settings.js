/*
 * Settings, and the panel that shows them. A setting is one element of the
 * panel with data-setting="name", a checkbox or a select: how it stands in the
 * page is its first value, and what somebody chooses is remembered beyond the
 * tab. A new switch is one <label class="switch"> in index.html, its word in
 * lang/, and P.settings.on('name', fn) where it matters.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var told = {}; // name -> functions that want to know
  var panel;

  function value(el) { return el.type === 'checkbox' ? el.checked : el.value; }

  function put(el, kept) {
    if (el.type === 'checkbox') { el.checked = kept === 'on'; } else { el.value = kept; }
  }

  function tell(name, now) {
    (told[name] || []).forEach(function (fn) { fn(now); });
  }

  function each(fn) {
    var all = document.querySelectorAll('[data-setting]'), i;
    for (i = 0; i < all.length; i++) { fn(all[i], all[i].getAttribute('data-setting')); }
  }

  function changed(e) {
    var el = e.target, name = el.getAttribute('data-setting');
    if (!name) { return; }
    P.store.prefer(name, el.type === 'checkbox' ? (el.checked ? 'on' : 'off') : el.value);
    tell(name, value(el));
  }

  function opened(on) {
    if (!on) { return; }
    P.el('settings').focus();
    P.need('js/alerts.js', function () { return !!P.alerts; }, function () {}); // it asks the browser
  }

  P.settings = {
    // What it is now: true or false of a checkbox, the value of a select.
    get: function (name) {
      var el = document.querySelector('[data-setting=' + name + ']');
      return el ? value(el) : undefined;
    },

    // fn(value) at once, and whenever somebody changes it.
    on: function (name, fn) {
      told[name] = (told[name] || []).concat(fn);
      fn(P.settings.get(name));
    },

    // What was chosen earlier, before anybody asks for it.
    load: function () {
      each(function (el, name) {
        var kept = P.store.preferred(name);
        if (kept !== null) { put(el, kept); }
      });
    },

    mount: function () {
      panel = P.make_panel('menu', 'settings-open', 'settings', opened);
      P.on('settings-close', 'click', panel.close);
      P.on('settings', 'change', changed);
    },

    // A person who is found in the meantime is not left behind a panel.
    update: function (state, old) {
      if (old && state.phase !== old.phase && panel.is_open()) { panel.open(false); }
    }
  };
})(this);
