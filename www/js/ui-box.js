/* The box to write in. */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var COUNT_FROM = 1800;
  var me = { caret: [0, 0], composing: false };

  function grow() {
    var box = P.el('box');
    box.style.height = 'auto';
    box.style.height = box.scrollHeight + 2 + 'px'; // the stylesheet has the limit
    P.ui_log.stay();
  }

  function show_count() {
    var n = P.text.count(P.el('box').value), el = P.el('box-count');
    var over = n > P.text.MESSAGE_MAX;
    P.flag(el, '-over', over);
    el.textContent = n < COUNT_FROM ? '' : over
      ? P.t('box.over', { n: n - P.text.MESSAGE_MAX })
      : P.t('box.left', { n: P.text.MESSAGE_MAX - n });
    P.el('send').disabled = over || P.text.is_blank(P.el('box').value);
  }

  function set(text) {
    P.el('box').value = text;
    changed();
  }

  function changed() {
    remember_caret();
    grow();
    show_count();
  }

  function remember_caret() {
    var box = P.el('box');
    me.caret = [box.selectionStart, box.selectionEnd];
  }

  function say(e) {
    var text = P.text.clean(P.el('box').value);
    if (e) { e.preventDefault(); }
    if (P.text.is_blank(text) || P.text.count(text) > P.text.MESSAGE_MAX) { return; }
    if (P.app.state().phase !== 'chatting') { return; }
    set('');
    P.act.say(text);
    P.el('box').focus();
  }

  // The Enter that ends an input method's composition is not ours. (229: what
  // browsers without isComposing, and Safari, say.)
  function key(e) {
    var enter = e.key === 'Enter' || e.keyCode === 13;
    if (!enter || e.shiftKey || e.isComposing || me.composing || e.keyCode === 229) { return; }
    say(e);
  }

  // The picker is fetched when somebody first wants it.
  function open_picker(e) {
    var with_keys = e.detail === 0; // a click that no pointer made
    P.need('js/emoji.js', function () { return !!P.emoji; }, function () {
      P.need('js/emoji-find.js', function () { return !!P.emoji_find; }, function () {
        P.need('js/emoji-keys.js', function () { return !!P.emoji_keys; }, function () {
          P.need('js/ui-emoji.js', function () { return !!P.ui_emoji; }, function (there) {
            if (there) { P.ui_emoji.toggle(with_keys); } else { P.ui_frame.say(P.t('emoji.missing')); }
          });
        });
      });
    });
  }

  P.ui_box = {
    // Where the caret is, or last was; what was selected goes.
    insert: function (text) {
      var box = P.el('box'), at = me.caret, value = box.value;
      box.value = value.slice(0, at[0]) + text + value.slice(at[1]);
      box.selectionStart = box.selectionEnd = at[0] + text.length;
      changed();
      P.typing.changed(box.value);
    },

    keep_draft: function () { P.store.note('draft', P.el('box').value); },

    mount: function () {
      var box = P.el('box');
      box.value = P.app.state().phase === 'chatting' ? P.store.noted('draft') || '' : '';
      box.selectionStart = box.selectionEnd = box.value.length;
      box.addEventListener('keydown', key);
      box.addEventListener('compositionstart', function () { me.composing = true; });
      box.addEventListener('compositionend', function () { me.composing = false; });
      ['keyup', 'click', 'select', 'blur'].forEach(function (type) {
        box.addEventListener(type, remember_caret);
      });
      box.addEventListener('input', function () {
        changed();
        P.typing.changed(box.value);
      });
      P.on('box-form', 'submit', say);
      P.on('emoji', 'click', open_picker);
    },

    update: function (state, old) {
      if (P.ui_emoji && state.phase !== 'chatting') { P.ui_emoji.close(); }
      if (!old) { changed(); return; }
      // What was meant for one partner is not for the next.
      if (old.chat !== state.chat) { set(''); }
    }
  };
})(this);
