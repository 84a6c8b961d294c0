/*
 * A picture in the log. The partner's is a blurred tile at first, of nothing
 * but its measures: no byte is fetched before somebody chooses to look. One of
 * our own shows how its upload goes.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};
  var SIDE_PX = 320;

  // In the units that people know from files.
  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + ' KB'
      : (bytes / 1048576).toFixed(1) + ' MB';
  }

  function words(line) {
    var p = line.picture;
    return P.t('picture.words', { w: p.width, h: p.height, size: size(p.bytes) });
  }

  // Ours, and nobody else's: whatever an answer says, no other host is asked.
  // Without the slash in front Parley may live below any path.
  function address(url) {
    return /^\/?api\/image\/[\w\-.]+$/.test(url) ? url.replace(/^\//, '') : '';
  }

  function source(line) {
    return P.picture_up && P.picture_up.local(line.nonce) || address(line.picture.url || '');
  }

  // Room for it before it is there, so that nothing jumps.
  function shape(el, p) {
    el.style.width = Math.max(1, Math.round(p.width * Math.min(1, SIDE_PX / p.width, SIDE_PX / p.height))) + 'px';
    el.style.aspectRatio = p.width + ' / ' + p.height;
  }

  function enlarge(line, button) {
    P.picture.need('js/picture-view.js', 'picture_view', function (view) {
      view.open(line, source(line), button);
    });
  }

  function broken(bubble, line) {
    var box = P.make('div', 'tile-words', P.t('picture.broken')), had = bubble.contains(document.activeElement);
    bubble.textContent = '';
    box.appendChild(P.log_line.button('button -quiet', P.t('log.retry'), function () {
      fill(bubble, line);
      (bubble.querySelector('button') || P.el('box')).focus();
    }));
    bubble.appendChild(box);
    if (had) { box.lastChild.focus(); }
  }

  function show(bubble, line) {
    var img = P.make('img', 'picture-img'), button;
    img.alt = P.log_line.who(line) + ': ' + words(line);
    shape(img, line.picture);
    img.onload = P.ui_log.stay;
    img.onerror = function () { broken(bubble, line); };
    img.src = source(line);
    button = P.log_line.button('picture-open', undefined, function () { enlarge(line, button); });
    button.title = P.t('picture.enlarge');
    button.appendChild(img);
    bubble.appendChild(button);
  }

  function ask(bubble, line) {
    var tile = P.make('div', 'tile'), box = P.make('div', 'tile-words');
    shape(tile, line.picture);
    tile.appendChild(P.make('div', 'tile-blur'));
    box.appendChild(P.make('p', '', words(line)));
    box.appendChild(P.log_line.button('button', P.t('picture.show'), function () {
      P.app.send({ type: 'look', key: line.key });
    }));
    box.appendChild(P.log_line.button('tile-always', P.t('picture.always'), function () {
      P.app.send({ type: 'look_always' });
    }));
    tile.appendChild(box);
    bubble.appendChild(tile);
  }

  function fill(bubble, line) {
    bubble.textContent = '';
    if (line.who === 'them' && !line.looked) {
      ask(bubble, line);
    } else if (source(line)) {
      show(bubble, line);
    } else {
      bubble.appendChild(P.make('div', 'tile-words', words(line))); // lost with a reload
    }
    if (P.picture_up && (line.status === 'sending' || line.status === 'failed')) {
      P.picture_up.show(bubble, line);
    }
  }

  P.picture_tile = {
    fill: fill,
    words: words,
    retry: function (line) {
      if (P.picture_up) { P.picture_up.start(line.nonce); }
    }
  };
})(this);
