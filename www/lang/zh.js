/* 中文 */
(function (root) {
  'use strict';
  root.Parley.lang.add({
    code: 'zh',
    short: '中',
    dir: 'ltr',
    plural: function () { return 'many'; },
    words: {
      'title.start': 'Parley · 和陌生人聊聊',
      'title.waiting': '正在寻找 · Parley',
      'lang.choose': '语言',
      'online.one': '{n} 人在线',
      'online.many': '{n} 人在线',

      'start.title': '和一位素未谋面的人聊聊。',
      'start.lead': '一位陌生人，一段对话，什么都不留下。',
      'start.name': '怎么称呼你？',
      'start.name_hint': '随便取个名字',
      'start.go': '开始聊天',
      'start.going': '请稍候…',
      'start.privacy': '无需注册，不留记录：消息送达后很快从服务器删除，其余的在你离开时删除。',
      'more.title': '隐私如何保护',
      'more.stored': '消息经过服务器，没有端到端加密；只保存到对方收到为止。',
      'more.address': '你的网络地址绝不会原样保存，对方也看不到。',
      'more.tab': '聊天属于这个标签页：刷新不会丢失，关闭即结束。',
      'more.care': '对方可能留下你写的内容。不愿告诉陌生人的事，请不要写。',
      'more.keys': '按键：Enter 发送，Shift+Enter 换行，连按两次 Esc 停止。',

      'wait.title': '正在寻找聊天对象…',
      'wait.hint': '通常很快。有人来了，这里会告诉你。',
      'wait.alone': '你是第一个来的。请别关这个标签页，或者再开一个，和自己聊聊。',
      'wait.stop': '停止寻找',

      'peer.here': '在线',
      'peer.away': '暂时离开',
      'peer.typing': '正在输入…',
      'peer.ended': '聊天已结束',
      'chat.next': '换一位',
      'chat.stop': '停止',
      'chat.log': '对话',
      'chat.jump': '新消息',

      'box.label': '消息',
      'box.hint': '写点什么',
      'box.send': '发送',
      'box.left': '还可输入 {n} 字',
      'box.over': '超出 {n} 字',

      'emoji.open': '表情',
      'emoji.missing': '表情加载失败，请再试一次。',
      'emoji.title': '表情',
      'emoji.faces': '笑脸',
      'emoji.hands': '手势',
      'emoji.hearts': '爱心与火花',
      'emoji.nature': '自然',
      'emoji.food': '美食',
      'emoji.things': '物品',

      'log.you': '你',
      'note.matched': '你正在和 {name} 聊天。打个招呼吧！',
      'note.away': '{name} 暂时离开了。你的消息会等着。',
      'note.here': '{name} 回来了。',
      'log.sending': '发送中…',
      'log.sent': '已发送',
      'log.failed': '未发送',
      'log.lost': '未送达',
      'log.retry': '重试',

      'note.next': '{name} 换了聊天对象。',
      'note.left': '{name} 离开了聊天。',
      'note.gone': '{name} 断线后没有回来。',
      'note.banned': '{name} 已被移出。',
      'note.asleep': '你离开太久，聊天已结束。',
      'note.over': '聊天已结束。',
      'note.me': '你离开了聊天。',
      'over.next': '换一位',
      'over.done': '离开',

      'net.lost': '连接中断，正在重试…',
      'net.back': '已重新连接。',
      'net.now': '立即重试',
      'keys.again': '再按一次 Esc 停止。',

      'elsewhere.title': '聊天已在另一个标签页打开。',
      'elsewhere.lead': '同一段聊天只能在一处进行。',
      'elsewhere.here': '在这里继续',

      'error.no_name': '请先取个名字。',
      'error.long_name': '名字太长：最多 40 个字。',
      'error.bad_name': '这个名字不能用，请换一个。',
      'error.banned': '你目前不能在这里聊天。',
      'error.too_many': '有点太快了，请稍后再试。',
      'error.unavailable': '服务器繁忙，请稍后再试。',
      'error.offline': '没有网络连接，请检查后重试。',
      'error.expired': '你的会话已过期，随时可以重新开始。'
    }
  });
})(this);
