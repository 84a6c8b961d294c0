/*
 * Saves the talk as a text file, which the browser makes: it goes nowhere.
 * Fetched when somebody wants it.
 */
(function (root) {
  'use strict';
  var P = root.Parley = root.Parley || {};

  function two(n) { return ('0' + n).slice(-2); }

  function stamp(at) {
    var d = new Date(at);
    return d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate()) + ' ' +
      two(d.getHours()) + ':' + two(d.getMinutes());
  }

  function write(line) {
    var text = P.log_line.words(line);
    text = line.who === 'note' ? '* ' + text : P.t_alone(P.log_line.who(line)) + ': ' + text;
    return (line.at ? '[' + stamp(line.at) + '] ' : '') + text.replace(/\n/g, '\r\n    ');
  }

  function download(href, name) {
    var a = P.make('a');
    a.href = href;
    a.download = name;
    a.hidden = true;
    document.body.appendChild(a);
    a.click();
    document.body.removeChild(a);
  }

  // An engine that can save nothing shows it, and a person saves the page.
  function show(text) {
    var page = root.open('', '_blank'), pre;
    if (!page) { return; }
    pre = page.document.createElement('pre');
    pre.textContent = text;
    page.document.body.appendChild(pre);
  }

  // \ufeff: by that old editors know UTF-8.
  P.log_save = function () {
    var text = '\ufeff' + P.app.state().lines.map(write).join('\r\n') + '\r\n';
    var name = 'parley-' + stamp(new Date()).replace(/[ :]/g, '-') + '.txt';
    var blob = root.Blob && new root.Blob([text], { type: 'text/plain;charset=utf-8' }), url;
    if (!('download' in P.make('a'))) {
      if (blob && root.navigator.msSaveBlob) { root.navigator.msSaveBlob(blob, name); } else { show(text); }
    } else if (blob && root.URL && root.URL.createObjectURL) {
      url = root.URL.createObjectURL(blob);
      download(url, name);
      setTimeout(function () { root.URL.revokeObjectURL(url); }, 60000);
    } else {
      download('data:text/plain;charset=utf-8,' + encodeURIComponent(text), name);
    }
  };
})(this);
