/** An offer of audio and video, 6 KB of lines like those that Chromium writes; `number` stands in its origin line. */
export function chromiumSdp(number: string): string {
  const lines = [...session(number), ...audio(), ...video()]
  return lines.map((line) => `${line}\r\n`).join('')
}

function session(number: string): string[] {
  return [
    'v=0',
    `o=- 46117314${number} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS 5fd1ac1c-6a3b-4f5f-8a5a-6f8c1f0d2a11',
  ]
}

function transport(mid: string): string[] {
  return [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=ice-ufrag:EsAw',
    'a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1',
    'a=ice-options:trickle',
    'a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F',
    'a=setup:actpass',
    `a=mid:${mid}`,
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=sendrecv',
    'a=msid:5fd1ac1c-6a3b-4f5f-8a5a-6f8c1f0d2a11 0c8b4c1b-8d3e-4b0a-9b5e-3f1e7a9d6c55',
    'a=rtcp-mux',
    'a=rtcp-rsize',
  ]
}

function audio(): string[] {
  return [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
    ...transport('0'),
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:13 CN/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    'a=ssrc:2570980487 cname:6r1Lq0cAQ2bXyWkM',
    'a=ssrc:2570980487 msid:5fd1ac1c-6a3b-4f5f-8a5a-6f8c1f0d2a11 0c8b4c1b-8d3e-4b0a-9b5e-3f1e7a9d6c55',
  ]
}

const H264 = ['42001f', '42e01f', '4d001f', '64001f']

const VIDEO_EXTENSIONS = [
  'urn:ietf:params:rtp-hdrext:toffset',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  'http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
  'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
]

/** Each codec with its feedback messages, and the retransmission stream that goes with it. */
function video(): string[] {
  const codecs = [
    ['VP8/90000', ''],
    ['VP9/90000', 'profile-id=0'],
    ['VP9/90000', 'profile-id=2'],
    ['AV1/90000', 'level-idx=5;profile=0;tier=0'],
    ...H264.flatMap((profile) =>
      [1, 0].map((mode) => [
        'H264/90000',
        `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
      ]),
    ),
  ]
  const types = codecs.map((_, i) => 96 + 2 * i)
  return [
    `m=video 9 UDP/TLS/RTP/SAVPF ${types.flatMap((type) => [type, type + 1]).join(' ')} 120 121 122`,
    ...transport('1'),
    ...VIDEO_EXTENSIONS.map((uri, i) => `a=extmap:${i + 5} ${uri}`),
    ...codecs.flatMap(([codec, parameters], i) => {
      const type = 96 + 2 * i
      return [
        `a=rtpmap:${type} ${codec}`,
        ...['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'].map(
          (fb) => `a=rtcp-fb:${type} ${fb}`,
        ),
        ...(parameters === '' ? [] : [`a=fmtp:${type} ${parameters}`]),
        `a=rtpmap:${type + 1} rtx/90000`,
        `a=fmtp:${type + 1} apt=${type}`,
      ]
    }),
    'a=rtpmap:120 red/90000',
    'a=rtpmap:121 rtx/90000',
    'a=fmtp:121 apt=120',
    'a=rtpmap:122 ulpfec/90000',
    'a=ssrc-group:FID 1363952712 3298429051',
    'a=ssrc:1363952712 cname:6r1Lq0cAQ2bXyWkM',
    'a=ssrc:3298429051 cname:6r1Lq0cAQ2bXyWkM',
  ]
}
