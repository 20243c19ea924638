export { readRtcp, type RtcpItem } from '@scanlink/protocol/rtp/rtcp';
