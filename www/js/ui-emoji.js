/*
 * The picker: stands between the log and the box, so that it covers neither,
 * and stays open for several. The search is one stop of Tab and the emoji are
 * another, in which the arrows move (the roving tabindex of the ARIA toolbar
 * pattern); what is typed there goes into the search.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var me = { at: null, open: false, search: null, recent: null, none: null, groups: [] };

  function add_buttons(box, all) {
    all.forEach(function (text) {
      var b = P.make('button', 'emoji', text);
      b.type = 'button';
      b.tabIndex = -1;
      box.appendChild(b);
    });
  }

  function make_group(name, all) {
    var el = P.make('div'), title = P.make('h3', 'picker-title'), box = P.make('div', 'picker-group');
    title.setAttribute('data-t', 'emoji.' + name);
    title.textContent = P.t('emoji.' + name);
    add_buttons(box, all);
    el.appendChild(title);
    el.appendChild(box);
    me.groups.push(el);
    P.el('picker').appendChild(el);
    return el;
  }

  function make_search() {
    var el = me.search = P.make('input', 'field picker-search');
    el.type = 'search';
    el.setAttribute('data-t-label', 'emoji.search');
    el.setAttribute('data-t-hint', 'emoji.search');
    P.t_label(el, 'emoji.search');
    el.setAttribute('placeholder', P.t('emoji.search'));
    el.addEventListener('input', filter);
    P.el('picker').appendChild(el);
  }

  function fill() {
    make_search();
    me.recent = make_group('recent', []);
    P.emoji.forEach(function (group) { make_group(group.name, group.all); });
    me.none = P.make('p', 'small', '');
    me.none.setAttribute('role', 'status');
    P.el('picker').appendChild(me.none);
  }

  function buttons(el) { return Array.prototype.slice.call(el.querySelectorAll('.emoji')); }

  function visible() {
    return buttons(P.el('picker')).filter(function (b) {
      return !b.hidden && !b.parentNode.parentNode.hidden;
    });
  }

  function set_stop(button) {
    if (me.at) { me.at.tabIndex = -1; }
    me.at = button || null;
    if (button) { button.tabIndex = 0; }
  }

  // While one searches, those used last are only found in their groups.
  function filter() {
    var query = me.search.value.trim(), list;
    me.groups.forEach(function (group) {
      var some = false;
      buttons(group).forEach(function (b) {
        b.hidden = !!query && (group === me.recent || !P.emoji_find.matches(b.textContent, query));
        some = some || !b.hidden;
      });
      P.show(group, some);
    });
    list = visible();
    if (list.indexOf(me.at) < 0) { set_stop(list[0]); }
    me.none.textContent = list.length ? '' : P.t('emoji.none');
  }

  function is_touch() {
    return !!root.matchMedia && root.matchMedia('(pointer: coarse)').matches;
  }

  function open(on, with_keys) {
    me.open = on;
    P.show(P.el('picker'), on);
    P.el('emoji').setAttribute('aria-expanded', String(on));
    P.flag(P.el('emoji'), '-on', on);
    if (on) {
      P.emoji_find.ready(filter);
      me.search.value = '';
      me.recent.lastChild.textContent = '';
      add_buttons(me.recent.lastChild, P.emoji_find.recent());
      filter();
      P.el('picker').scrollTop = 0;
    }
    P.ui_log.stay();
    // A phone's keyboard makes room for the picker; a mouse leaves the caret
    // where it is; keys go on among the emoji.
    if (on && with_keys) { me.at.focus(); } else if (on && is_touch()) { P.el('box').blur(); }
  }

  function leave() {
    open(false);
    if (!is_touch()) { P.el('box').focus(); }
  }

  function pick(b) {
    P.ui_box.insert(b.textContent);
    P.emoji_find.used(b.textContent);
  }

  function click(e) {
    if (e.target.className !== 'emoji') { return; }
    pick(e.target);
    if (e.detail === 0) { set_stop(e.target); } else if (!is_touch()) { P.el('box').focus(); }
  }

  function go(button) {
    if (!button) { return; }
    set_stop(button);
    button.focus();
  }

  fill();
  P.on('picker', 'click', click);
  P.emoji_keys({
    el: P.el('picker'), search: me.search, visible: visible, pick: pick, go: go,
    at: function () { return me.at; }
  });
  // Escape closes the picker first; it is no half of a Next.
  P.on('chat', 'keydown', function (e) {
    if (!me.open || !P.is_escape(e)) { return; }
    e.preventDefault();
    leave();
  });

  P.ui_emoji = {
    toggle: function (with_keys) {
      if (me.open) { leave(); } else if (P.app.state().phase === 'chatting') { open(true, with_keys); }
    },
    close: function () { if (me.open) { open(false); } }
  };
})(this);
