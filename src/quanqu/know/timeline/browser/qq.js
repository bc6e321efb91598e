/* Quanqu: first-party tracking for web pages. Calls follow the Segment specification.
   <script async src="https://HOST/v1/qq.js" data-key="WRITE KEY"></script>
   data-consent="required": nothing is stored or sent before qq.consent(true).
   data-auto="page clicks vitals": what is told by itself. data-domain: domain of the cookie. */
(function (window, document) {
  'use strict'
  const script = document.currentScript
  const told = Array.isArray(window.qq) ? window.qq : []
  if (!script || (window.qq && window.qq.version)) return
  const setting = script.dataset
  const endpoint = (setting.host || new URL(script.src).origin) + '/v1/batch'
  const auto = (setting.auto || 'page clicks vitals').split(' ')
  const YEAR_S = 31536000, IDLE_MS = 1800000, MOST_KEPT = 200, MOST_SENT = 40, MOST_BYTES = 60000
  const CLICK_ID = /^(gclid|gbraid|wbraid|dclid|msclkid|fbclid|ttclid|twclid|li_fat_id|epik|yclid|ScCid|rdt_cid|irclickid|bd_vid|qz_gdt|gdt_vid|clickid)$/
  const FILE = /\.(pdf|zip|gz|dmg|exe|apk|csv|xlsx?|docx?|pptx?|mp[34]|epub)$/i

  const random = () => {
    if (crypto.randomUUID) return crypto.randomUUID()
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('')
  }
  /* Storage may be forbidden or full: the memory then has to do. */
  const store = {
    get (name) { try { return JSON.parse(localStorage.getItem(name)) } catch { return null } },
    set (name, value) { try { localStorage.setItem(name, JSON.stringify(value)) } catch {} },
    drop (name) { try { localStorage.removeItem(name) } catch {} },
    names () { try { return Object.keys(localStorage) } catch { return [] } }
  }

  /* Consent: "granted", "denied" or "" while nobody has said. */
  let consent = ''
  const allowed = () => consent === 'granted' || (consent === '' && setting.consent !== 'required')
  const readConsent = () => {
    if (navigator.globalPrivacyControl) return 'denied'
    return window.qqConsent || store.get('qq_consent') || ''
  }
  const held = []

  /* Who: a first-party cookie, so that pages of one site share it. */
  let memoryId = ''
  const cookie = (value, age) => {
    document.cookie = 'qq_aid=' + value + '; path=/; max-age=' + age + '; samesite=lax' +
      (location.protocol === 'https:' ? '; secure' : '') + (setting.domain ? '; domain=' + setting.domain : '')
  }
  const anonymousId = () => {
    const found = document.cookie.match(/(?:^|; )qq_aid=([\w-]{8,64})/)
    memoryId = (found && found[1]) || memoryId || store.get('qq_aid') || random()
    cookie(memoryId, YEAR_S)
    if (!found) store.set('qq_aid', memoryId)
    return memoryId
  }

  /* The visit: ended by half an hour of silence or another campaign. */
  let memorySession = null
  const session = () => {
    const now = Date.now(), query = new URLSearchParams(location.search), campaign = {}, clicks = {}
    query.forEach((value, name) => {
      if (name.startsWith('utm_')) campaign[name === 'utm_campaign' ? 'name' : name.slice(4)] = value.slice(0, 200)
      else if (CLICK_ID.test(name)) clicks[name] = value.slice(0, 200)
    })
    let kept = store.get('qq_session') || memorySession
    const came = JSON.stringify([campaign, clicks])
    const isNew = !kept || now - kept.last > IDLE_MS || (came !== '[{},{}]' && came !== kept.came)
    if (isNew) kept = { id: random(), began: now, came, campaign, clicks, referrer: document.referrer }
    kept.last = now
    memorySession = kept
    store.set('qq_session', kept)
    return kept
  }

  /* The queue lies in memory and, as far as there is room, on disk under a name of this page's own. */
  const own = 'qq_queue_' + random()
  let queue = [], failures = 0, timer = 0, isSending = false
  const save = () => queue.length ? store.set(own, queue) : store.drop(own)
  const adopt = () => {
    store.names().filter(name => name.startsWith('qq_queue_') && name !== own).forEach(name => {
      queue = (store.get(name) || []).concat(queue).slice(-MOST_KEPT)
      save()
      store.drop(name)
    })
  }
  const pack = () => {
    let taken = queue.slice(0, MOST_SENT), body
    const write = () => JSON.stringify({ writeKey: setting.key, sentAt: new Date().toISOString(), batch: taken })
    while (new Blob([body = write()]).size > MOST_BYTES && taken.length > 1) taken = taken.slice(0, taken.length >> 1)
    return { body, ids: taken.map(event => event.messageId) }
  }
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(flush, wait) }
  const flush = async () => {
    if (isSending || !queue.length || !allowed()) return
    isSending = true
    const { body, ids } = pack()
    let wait = Math.min(300000, 1000 * 2 ** failures) * (0.5 + Math.random() / 2)
    try {
      const answer = await fetch(endpoint, { method: 'POST', body, keepalive: true, credentials: 'omit', headers: { 'Content-Type': 'text/plain' } })
      if (answer.ok || answer.status === 400 || answer.status === 413) {
        queue = queue.filter(event => !ids.includes(event.messageId))
        failures = 0
        wait = 0
        save()
      } else {
        failures++
        wait = Math.max(wait, 1000 * (answer.headers.get('Retry-After') || 0))
      }
    } catch { failures++ }
    isSending = false
    if (queue.length) later(wait)
  }
  /* A beacon may be lost: what it carries stays in the queue, and the message id makes it count once. */
  const leave = () => {
    if (queue.length && allowed() && navigator.sendBeacon) navigator.sendBeacon(endpoint, new Blob([pack().body], { type: 'text/plain' }))
  }

  const page = () => ({
    path: location.pathname, url: location.href, search: location.search, title: document.title,
    referrer: lastUrl || document.referrer
  })
  const send = (event) => {
    const { id, began, campaign, clicks } = session()
    const context = {
      page: page(), campaign, clickIds: clicks, sessionId: id, sessionStart: new Date(began).toISOString(),
      locale: navigator.language, userAgent: navigator.userAgent, library: { name: 'qq.js', version: '1' },
      screen: { width: window.screen.width, height: window.screen.height },
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone
    }
    const user = store.get('qq_user')
    queue.push({ messageId: random(), timestamp: new Date().toISOString(), anonymousId: anonymousId(), ...(user && { userId: user }), context, ...event })
    queue = queue.slice(-MOST_KEPT)
    save()
    if (queue.length >= MOST_SENT) flush(); else if (!failures) later(1000)
  }
  const add = (event) => {
    if (allowed()) return send(event)
    if (consent !== 'denied' && held.length < MOST_KEPT) held.push({ timestamp: new Date().toISOString(), ...event })
  }

  let lastUrl = ''
  const qq = window.qq = {
    version: '1',
    track (event, properties) { add({ type: 'track', event: String(event), properties: properties || {} }) },
    page (name, properties) {
      if (name && typeof name === 'object') { properties = name; name = undefined }
      add({ type: 'page', name, properties: { ...page(), ...properties } })
    },
    identify (userId, traits) {
      if (userId && typeof userId === 'object') { traits = userId; userId = undefined }
      if (userId && allowed()) store.set('qq_user', String(userId))
      add({ type: 'identify', traits: traits || {}, ...(userId && { userId: String(userId) }) })
    },
    group (groupId, traits) { add({ type: 'group', groupId: String(groupId), traits: traits || {} }) },
    alias (userId, previousId) { add({ type: 'alias', userId: String(userId), previousId: String(previousId || anonymousId()) }) },
    reset () {
      ['qq_user', 'qq_session', 'qq_aid'].forEach(store.drop)
      memorySession = null
      memoryId = ''
      cookie('', 0)
    },
    /* true: granted, false: denied (everything kept on this device is dropped). */
    consent (isGranted) {
      consent = isGranted && !navigator.globalPrivacyControl ? 'granted' : 'denied'
      if (consent === 'granted') {
        store.set('qq_consent', consent)
        adopt()
        held.splice(0).forEach(send)
        later(0)
      } else {
        held.length = 0
        queue = []
        qq.reset()
        store.names().filter(name => name.startsWith('qq_')).forEach(store.drop)
      }
    },
    flush,
    push (call) { qq[call[0]](...call.slice(1)) }
  }

  consent = readConsent()
  if (consent === 'denied') qq.consent(false)
  else if (allowed()) { adopt(); if (queue.length) later(0) }

  if (auto.includes('page')) {
    const turn = () => {
      if (location.href.split('#')[0] === shown) return
      lastUrl = shown
      shown = location.href.split('#')[0]
      setTimeout(() => qq.page()) /* when the new page has set its title */
    }
    let shown = location.href.split('#')[0]
    ;['pushState', 'replaceState'].forEach(name => {
      const was = history[name]
      history[name] = function () { was.apply(this, arguments); turn() }
    })
    addEventListener('popstate', turn)
    qq.page()
  }

  if (auto.includes('clicks')) {
    document.addEventListener('click', click => {
      const named = click.target.closest && click.target.closest('[data-qq]')
      if (named) {
        const properties = {}
        Object.keys(named.dataset).forEach(key => {
          if (key.startsWith('qq') && key !== 'qq') properties[key.slice(2).replace(/^[A-Z]/, c => c.toLowerCase()).replace(/[A-Z]/g, c => '_' + c.toLowerCase())] = named.dataset[key]
        })
        return qq.track(named.dataset.qq, properties)
      }
      const link = click.target.closest && click.target.closest('a[href]')
      if (!link || !/^https?:$/.test(link.protocol)) return
      const target = { href: link.origin + link.pathname, text: link.textContent.trim().slice(0, 100) }
      if (FILE.test(link.pathname) || link.hasAttribute('download')) qq.track('File Downloaded', target)
      else if (link.host !== location.host) qq.track('Outbound Link Clicked', target)
    }, true)
  }

  /* Web vitals: LCP, CLS (largest session window), INP (98th percentile of interactions), TTFB. */
  const vitals = {}
  let lasting = []
  if (auto.includes('vitals') && window.PerformanceObserver) {
    const observe = (type, see, options) => {
      try { new PerformanceObserver(list => list.getEntries().forEach(see)).observe({ type, buffered: true, ...options }) } catch {}
    }
    let sum = 0, first = 0, last = 0
    const seen = {}
    observe('largest-contentful-paint', entry => { vitals.lcp_ms = Math.round(entry.startTime) })
    observe('layout-shift', entry => {
      if (entry.hadRecentInput) return
      const at = entry.startTime
      if (at - last > 1000 || at - first > 5000) { sum = 0; first = at }
      last = at
      sum += entry.value
      vitals.cls = Math.round(Math.max(vitals.cls || 0, sum) * 10000) / 10000
    })
    observe('event', entry => {
      if (!entry.interactionId) return
      seen[entry.interactionId] = Math.max(seen[entry.interactionId] || 0, entry.duration)
      lasting = Object.values(seen).sort((a, b) => b - a)
      vitals.inp_ms = Math.round(lasting[Math.floor(lasting.length / 50)])
    }, { durationThreshold: 40 })
    observe('navigation', entry => { vitals.ttfb_ms = Math.round(entry.responseStart) })
  }
  let isTold = false
  const hide = () => {
    if (!isTold && Object.keys(vitals).length) { isTold = true; qq.track('Web Vitals Measured', { path: location.pathname, ...vitals }) }
    leave()
  }
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') hide() })
  addEventListener('pagehide', hide)
  addEventListener('online', () => { failures = 0; later(0) })
  told.forEach(qq.push)
})(window, document)
