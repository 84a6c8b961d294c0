/* English; also for those whose language has no file here. */
(function (root) {
  'use strict';
  root.Parley.lang.add({
    code: 'en',
    short: 'EN',
    dir: 'ltr',
    plural: function (n) { return n === 1 ? 'one' : 'many'; },
    words: {
      'title.start': 'Parley · talk with someone new',
      'title.waiting': 'Looking for someone · Parley',
      'lang.choose': 'Language',
      'online.one': '{n} person here',
      'online.many': '{n} people here',

      'start.title': 'Talk with someone you have never met.',
      'start.lead': 'One stranger, one conversation, nothing kept.',
      'start.name': 'What should they call you?',
      'start.name_hint': 'Any name you like',
      'start.go': 'Start talking',
      'start.going': 'One moment…',
      'start.privacy': 'No account, no log: messages are erased from the server soon after they arrive, and the rest when you leave.',
      'more.title': 'How privacy works',
      'more.stored': 'Messages pass through the server and are not encrypted end to end. They are stored only until your partner has them.',
      'more.address': 'Your network address is never stored as it is, and your partner never sees it.',
      'more.tab': 'Your chat belongs to this tab. Reloading keeps it; closing the tab ends it.',
      'more.care': 'A stranger can keep what you write. Share nothing that you would not tell a stranger.',
      'more.keys': 'Keys: Enter sends, Shift+Enter starts a new line, Esc twice stops.',

      'wait.title': 'Looking for someone…',
      'wait.hint': 'Usually this takes a moment. You will hear here when somebody comes.',
      'wait.alone': 'You are the first one here. Keep this tab open, or open a second one and chat with yourself.',
      'wait.stop': 'Stop looking',

      'peer.here': 'here',
      'peer.away': 'away',
      'peer.typing': 'typing…',
      'peer.ended': 'chat ended',
      'chat.next': 'Next',
      'chat.stop': 'Stop',
      'chat.log': 'Conversation',
      'chat.jump': 'New messages',

      'box.label': 'Message',
      'box.hint': 'Write a message',
      'box.send': 'Send',
      'box.left': '{n} left',
      'box.over': '{n} too many',

      'emoji.open': 'Emoji',
      'emoji.missing': 'The emoji could not be fetched. Please try again.',
      'emoji.title': 'Emoji',
      'emoji.faces': 'Faces',
      'emoji.hands': 'Hands',
      'emoji.hearts': 'Hearts and sparks',
      'emoji.nature': 'Nature',
      'emoji.food': 'Food and drink',
      'emoji.things': 'Things',

      'log.you': 'You',
      'note.matched': 'You are talking with {name}. Say hello!',
      'note.away': '{name} is away. Your messages will wait.',
      'note.here': '{name} is back.',
      'log.sending': 'Sending…',
      'log.sent': 'Sent',
      'log.failed': 'Not sent',
      'log.lost': 'Not delivered',
      'log.retry': 'Try again',

      'note.next': '{name} went on to someone else.',
      'note.left': '{name} left the chat.',
      'note.gone': '{name} lost the connection and did not come back.',
      'note.banned': '{name} was removed.',
      'note.asleep': 'You were away too long, so the chat has ended.',
      'note.over': 'This chat has ended.',
      'note.me': 'You left the chat.',
      'over.next': 'Next person',
      'over.done': 'Leave',

      'net.lost': 'Connection lost. Trying again…',
      'net.back': 'Connected again.',
      'net.now': 'Try now',
      'keys.again': 'Press Esc once more to stop.',

      'elsewhere.title': 'This chat is open in another tab.',
      'elsewhere.lead': 'A chat can be in one place at a time.',
      'elsewhere.here': 'Use it here',

      'error.no_name': 'Please choose a name first.',
      'error.long_name': 'That name is too long: 40 characters at most.',
      'error.bad_name': 'That name cannot be used. Please try another.',
      'error.banned': 'You cannot chat here at the moment.',
      'error.too_many': 'That was a little fast. Please try again in a moment.',
      'error.unavailable': 'Parley is busy. Please try again in a moment.',
      'error.offline': 'No connection. Please check your network and try again.',
      'error.expired': 'Your visit has expired. Start again whenever you like.'
    }
  });
})(this);
