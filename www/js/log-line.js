/*
 * One line of the log as an element: a message with its bubble, beside it the
 * time and the button with its actions, below it how the sending went; or a
 * note. make() makes it, write() brings it up to date.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var BIG = /^(?:[\u2600-\u27bf\ufe0f\u200d]|[\ud83c-\ud83e][\udc00-\udfff]){1,8}$/;

  function time(at) {
    var d;
    if (!at) { return ''; }
    d = new Date(at);
    return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2);
  }

  function who(line) {
    return line.who === 'me' ? P.t('log.you') : P.app.state().partner.name;
  }

  // In words, for ears and for the saved log.
  function words(line) {
    if (line.who === 'note') {
      return [P.t('note.' + (line.met || line.note), { name: line.name })].concat((line.common || []).map(P.t_alone)).join(' ');
    }
    if (line.retracted) { return P.t('log.retracted'); }
    return line.picture ? P.picture_tile.words(line) : P.log_text.plain(line.text);
  }

  function make_icon(id) {
    var ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg');
    var use = document.createElementNS(ns, 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('focusable', 'false');
    use.setAttributeNS('http://www.w3.org/1999/xlink', 'href', '#' + id);
    svg.appendChild(use);
    return svg;
  }

  function make_button(name, text, act) {
    var b = P.make('button', name, text);
    b.type = 'button';
    if (act) { b.addEventListener('click', act); }
    return b;
  }

  function make_message(line) {
    var el = P.make('div', 'message -' + line.who), row = P.make('div', 'row');
    var more = make_button('actions'), side = P.make('div', 'side');
    el.appendChild(P.make('span', 'aloud', P.t_alone(who(line)) + ': '));
    more.tabIndex = -1;
    more.setAttribute('aria-haspopup', 'menu');
    more.setAttribute('aria-expanded', 'false');
    more.appendChild(make_icon('i-dots'));
    row.appendChild(P.make('div', 'bubble'));
    row.lastChild.setAttribute('dir', 'auto');
    side.appendChild(more);
    side.appendChild(P.make('time', 'time'));
    row.appendChild(side);
    el.appendChild(row);
    el.appendChild(P.make('p', 'meta'));
    return el;
  }

  function fill(el, line) {
    var bubble = el.querySelector('.bubble');
    P.flag(el, '-big', !line.picture && !line.retracted && BIG.test(P.log_text.plain(line.text)));
    P.flag(el, '-gone', !!line.retracted);
    P.flag(bubble, '-picture', !!line.picture);
    if (line.picture) {
      P.picture_tile.fill(bubble, line);
    } else if (line.retracted) {
      bubble.textContent = P.t('log.retracted');
    } else {
      P.log_text.put(bubble, line.text, line.who === 'them');
    }
  }

  // Anew only if there is something new in it: a selection, or a picture that
  // is fetched already, is not to be lost for a mark below it. Nor the focus.
  function write_bubble(el, line, again) {
    var sign = [line.text, line.retracted, line.looked, line.picture && line.status].join();
    var here = el.querySelector('.row').contains(document.activeElement), next;
    if (el.sign === sign && !again) { return; }
    el.sign = sign;
    fill(el, line);
    P.show(el.querySelector('.actions'), !line.retracted &&
      (!line.picture || (line.who === 'me' && line.status === 'sent')));
    next = el.querySelector('button:not([hidden])');
    if (here && !el.contains(document.activeElement)) { (next || P.el('box')).focus(); }
  }

  function write_note(el, line) {
    P.t_put(el, 'note.' + (line.met || line.note), { name: line.name });
    if (line.common && line.common.length) { el.appendChild(P.ui_chat.common(line.common)); }
  }

  function status(line) {
    return line.retracted ? '' : line.seen ? 'seen' : line.status;
  }

  function write_meta(el, line) {
    var meta = el.lastChild, now = status(line), here = meta.contains(document.activeElement);
    meta.textContent = '';
    P.flag(el, '-sending', now === 'sending');
    P.flag(el, '-failed', now === 'failed' || now === 'lost');
    P.flag(el, '-seen', now === 'seen');
    if (now) { meta.appendChild(P.make('span', 'status', P.t('log.' + now))); }
    if (now === 'failed') {
      P.ui_frame.aloud(P.t('log.failed'));
      meta.appendChild(make_button('retry', P.t('log.retry'), function () {
        if (line.picture) { P.picture_tile.retry(line); } else { P.outbox.retry(); }
      }));
    }
    if (here) { (meta.querySelector('button') || P.el('box')).focus(); }
  }

  P.log_line = {
    time: time,
    who: who,
    words: words,
    icon: make_icon,
    button: make_button,

    make: function (line) {
      return line.who === 'note' ? P.make('div', 'note -' + line.note) : make_message(line);
    },

    write: function (el, line, again) {
      if (line.who === 'note') { write_note(el, line); return; }
      write_bubble(el, line, again);
      write_meta(el, line);
      el.querySelector('.time').textContent = time(line.at);
      el.querySelector('.actions').setAttribute('aria-label', P.t('log.actions', {
        who: who(line), time: time(line.at), text: words(line)
      }));
    }
  };
})(this);
