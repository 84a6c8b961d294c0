/*
 * What happens to lines that are there already, and pictures among them. Pure,
 * like state.js and events.js, which it adds to.
 *
 * A picture is a line with `picture`: {url, width, height, bytes}; one of our
 * own has no url until it is up. It has a way of its own to the server (its
 * bytes are in no state), so the outbox passes it by. `looked`: the partner's
 * picture may be fetched. `retracted`: it was taken back, and is gone.
 * `seen`: the partner has it before his eyes.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var S = P.state;

  function patch(state, pick, change) {
    var touched = false, lines = state.lines.map(function (line, i) {
      if (!pick(line, i)) { return line; }
      touched = true;
      return S.change(line, change);
    });
    return touched ? S.change(state, { lines: lines }) : state;
  }

  function index_of(state, id) {
    var i = state.lines.length - 1;
    while (i >= 0 && state.lines[i].id !== id) { i -= 1; }
    return id ? i : -1;
  }

  // upto may be the id of a message whose own answer is still on its way.
  function see(state, upto) {
    var last = index_of(state, upto);
    return patch(S.change(state, { seen: upto }), function (line, i) {
      return i <= last && line.who === 'me' && line.status === 'sent' && !line.seen;
    }, { seen: true });
  }

  S.take.seen = function (state, e) {
    return e.chat === state.chat ? see(state, e.upto) : state;
  };

  function retract(state, id) {
    return patch(state, function (line) { return line.id === id && !line.retracted; },
      { text: '', picture: null, retracted: true });
  }

  S.take.retracted = function (state, e) {
    return e.chat === state.chat ? retract(state, e.id) : state;
  };
  S.on.retract = function (state, e) { return retract(state, e.id); };

  S.take.image = function (state, e) {
    if (state.phase !== 'chatting' || e.chat !== state.chat) { return state; }
    return S.add_line(state, {
      who: 'them', id: e.id, at: e.at, seq: e.seq, looked: state.always === state.chat,
      picture: { url: e.url, width: e.width, height: e.height, bytes: e.bytes }
    });
  };
  S.on.look = function (state, e) {
    return patch(state, function (line) { return line.key === e.key; }, { looked: true });
  };
  S.on.look_always = function (state) {
    return patch(S.change(state, { always: state.chat }), function (line) {
      return line.who === 'them' && line.picture && !line.looked;
    }, { looked: true });
  };

  S.on.picture = function (state, e) {
    return S.add_line(state, {
      who: 'me', nonce: e.nonce, at: e.at, said: e.at, status: 'sending', picture: e.picture
    });
  };
  S.on.picture_up = function (state, e) {
    return patch(state, function (line) { return line.nonce === e.nonce; }, {
      status: 'sent', id: e.id, at: e.at,
      picture: { url: e.url, width: e.width, height: e.height, bytes: e.bytes }
    });
  };
  S.on.picture_status = function (state, e) {
    return patch(state, function (line) {
      return line.nonce === e.nonce && line.status !== 'sent';
    }, { status: e.status });
  };
  S.on.picture_gone = function (state, e) {
    return S.change(state, { lines: state.lines.filter(function (line) {
      return line.nonce !== e.nonce;
    }) });
  };

  // What was on its way up when the page was left is lost: nobody has its bytes.
  S.on.loaded = function (state) {
    return patch(state, function (line) {
      return line.picture && (line.status === 'sending' || line.status === 'failed');
    }, { status: 'lost' });
  };

  var sent = S.on.sent;
  S.on.sent = function (state, e) {
    state = sent(state, e);
    return state.seen && state.seen === e.id ? see(state, e.id) : state;
  };
})(this);
