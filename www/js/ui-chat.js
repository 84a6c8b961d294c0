/* Around the log: who the partner is, Next and Stop, and how it ended. */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var TWICE_MS = 1000;
  var me = { next_at: 0 };

  // The first character, by code points; joined emoji fall apart, gracefully.
  function initial(name) {
    var pair = /^[\ud800-\udbff][\udc00-\udfff]/.exec(name);
    return pair ? pair[0] : name.charAt(0).toUpperCase();
  }

  function peer_state(state) {
    if (state.phase === 'ended') { return 'peer.ended'; }
    if (state.typing) { return 'peer.typing'; }
    return state.partner.state === 'away' ? 'peer.away' : 'peer.here';
  }

  function put_text(id, text) {
    if (P.el(id).textContent !== text) { P.el(id).textContent = text; }
  }

  function show_name(name) {
    put_text('peer-name', name);
    P.el('peer-name').title = name;
    put_text('peer-face', initial(name));
  }

  function show_peer(state) {
    show_name(state.partner.name);
    put_text('peer-state', P.t(peer_state(state)));
    P.flag(P.el('peer'), '-away', state.partner.state === 'away' || state.phase === 'ended');
    P.flag(P.el('peer'), '-typing', !!state.typing);
  }

  // The second half of a double click must not skip the partner whom the first
  // one has found.
  function next() {
    var now = new Date().getTime();
    if (now - me.next_at < TWICE_MS) { return; }
    me.next_at = now;
    P.act.next();
  }

  P.ui_chat = {
    // The interests that both have, for the log.
    common: function (tags) {
      var el = P.make('p', 'common', P.t('note.common'));
      tags.forEach(function (tag) {
        el.appendChild(document.createTextNode(' '));
        el.appendChild(P.make('bdi', 'common-tag', tag));
      });
      return el;
    },

    mount: function () {
      P.on('next', 'click', next);
      P.on('stop', 'click', function () { P.act.stop(); });
      P.on('over-next', 'click', next);
      P.on('over-done', 'click', function () { P.act.bye(); });
    },

    update: function (state) {
      var here = !!state.partner && !state.superseded;
      P.show(P.el('peer'), here);
      P.show(P.el('chat-keys'), here && state.phase === 'chatting');
      if (!here) { show_name(''); return; } // what is over leaves nothing behind
      show_peer(state);
      P.show(P.el('over'), state.phase === 'ended');
      P.show(P.el('box-form'), state.phase !== 'ended');
    }
  };
})(this);
