/*
 * Interests: chips in a field, each a button that removes it. A comma (of any
 * script) or Enter makes a chip of what is typed; what is left in the field
 * counts as well. They are kept for the next time.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var MOST = 5, LONGEST = 24;
  var COMMA = /[,，、،;；\n]/;
  var me = { all: [] };

  // Two that the server takes for the same.
  function fold(tag) {
    return (tag.normalize ? tag.normalize('NFKC') : tag).toLowerCase();
  }

  // Adds what is new of a text with commas.
  function add(list, text) {
    var known = list.map(fold), out = list.slice();
    text.split(COMMA).forEach(function (part) {
      var tag = P.text.name(part.replace(/^\s*#/, ''));
      if (!tag || known.indexOf(fold(tag)) >= 0) { return; }
      known.push(fold(tag));
      out.push(tag);
    });
    return out;
  }

  function problem(list) {
    var is_long = list.some(function (tag) { return P.text.count(tag) > LONGEST; });
    if (is_long) { return 'tags.long'; }
    return list.length > MOST ? 'tags.many' : '';
  }

  function chip(tag) {
    var b = P.make('button', 'chip', tag);
    b.type = 'button';
    b.setAttribute('dir', 'auto');
    b.setAttribute('aria-label', P.t('tags.remove', { tag: tag }));
    b.addEventListener('click', function () {
      show(me.all.filter(function (other) { return other !== tag; }));
      P.el('tags').focus();
    });
    return b;
  }

  function show(list) {
    var chips = P.el('tags-chips');
    me.all = list;
    chips.textContent = '';
    list.forEach(function (tag) { chips.appendChild(chip(tag)); });
  }

  function take(text) {
    var before = me.all.length;
    show(add(me.all, text));
    if (me.all.length > before) { P.ui_frame.aloud(me.all[me.all.length - 1]); }
    P.tags.check();
  }

  // All but what stands behind the last comma, which may go on.
  function typed() {
    var parts = P.el('tags').value.split(COMMA), rest = parts.pop();
    if (!parts.length) { return; }
    P.el('tags').value = rest;
    take(parts.join());
  }

  function key(e) {
    var input = P.el('tags');
    if (e.isComposing || e.keyCode === 229) { return; }
    if ((e.key === 'Enter' || e.keyCode === 13) && !P.text.is_blank(input.value)) {
      e.preventDefault();
      take(input.value);
      input.value = '';
    } else if ((e.key === 'Backspace' || e.keyCode === 8) && !input.value && me.all.length) {
      show(me.all.slice(0, -1));
    }
  }

  function kept() {
    try { return add([], String(JSON.parse(P.store.preferred('tags')) || '')); } catch (e) { return []; }
  }

  P.tags = {
    // What to send, and to keep; the typed rest becomes chips as well.
    all: function () {
      if (P.el('tags').value) { take(P.el('tags').value); }
      P.el('tags').value = '';
      return me.all;
    },

    keep: function () { P.store.prefer('tags', JSON.stringify(me.all)); },

    // What is wrong with them, as a key, or ''; it stands below the field.
    check: function () {
      var wrong = problem(me.all);
      P.el('tags-wrong').textContent = wrong ? P.t(wrong) : '';
      return wrong;
    },

    mount: function () {
      me.all = kept();
      P.on('tags', 'input', typed);
      P.on('tags', 'keydown', key);
      P.on('tags-field', 'click', function (e) {
        if (e.target.tagName !== 'BUTTON') { P.el('tags').focus(); }
      });
    },

    update: function (state, old) {
      if (old) { return; }
      show(me.all);
      P.tags.check();
    }
  };
})(this);
