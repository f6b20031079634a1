// The shims of libsrtp: every wrong length refused, every flipped byte and every cut packet noticed.
#include <srtp.h>
#undef NDEBUG
#include <cassert>
#include <cstdio>
#include <vector>

static srtp_t Session(srtp_profile_t prof, srtp_ssrc_type_t dir, uint8_t seed)
{
	srtp_policy_t p;
	assert(srtp_policy_create(&p) == srtp_err_status_ok);
	srtp_t s = nullptr;
	assert(srtp_create(&s, p) == srtp_err_status_bad_param); // no key yet
	assert(srtp_policy_set_ssrc(p, srtp_ssrc_t{ dir, 0 }) == srtp_err_status_ok);
	uint8_t key[64];
	for (auto& b : key) b = seed++;
	assert(srtp_policy_add_key(p, key, 16, key, 14, nullptr, 0) == srtp_err_status_bad_param); // no profile yet
	assert(srtp_policy_set_profile(p, static_cast<srtp_profile_t>(99)) != srtp_err_status_ok);
	assert(srtp_policy_set_profile(p, prof) == srtp_err_status_ok);
	size_t kl = srtp_profile_get_master_key_length(prof), sl = srtp_profile_get_master_salt_length(prof);
	assert(srtp_policy_add_key(p, key, kl - 1, key, sl, nullptr, 0) == srtp_err_status_bad_param);
	assert(srtp_policy_add_key(p, key, kl, key, sl + 1, nullptr, 0) == srtp_err_status_bad_param);
	assert(srtp_policy_add_key(p, key, kl, key, sl, key, 4) == srtp_err_status_bad_param);
	assert(srtp_policy_add_key(p, key, kl, key + kl, sl, nullptr, 0) == srtp_err_status_ok);
	assert(srtp_policy_set_allow_repeat_tx(p, true) == srtp_err_status_ok);
	assert(srtp_policy_set_window_size(p, 1024) == srtp_err_status_ok);
	assert(srtp_create(&s, p) == srtp_err_status_ok);
	srtp_policy_destroy(p);
	return s;
}

int main()
{
	assert(srtp_init() == srtp_err_status_ok);
	for (auto prof : { srtp_profile_aes128_cm_sha1_80, srtp_profile_aes128_cm_sha1_32, srtp_profile_aead_aes_128_gcm, srtp_profile_aead_aes_256_gcm })
	{
		srtp_t out = Session(prof, ssrc_any_outbound, 1), in = Session(prof, ssrc_any_inbound, 1), other = Session(prof, ssrc_any_inbound, 2);
		std::vector<uint8_t> rtp(200, 0x5a), orig, buf(65536), cp;
		rtp[0] = 0x80; rtp[1] = 100; rtp[2] = 0; rtp[3] = 1;
		orig = rtp;
		size_t n = rtp.size(); // too small for a trailer
		assert(srtp_protect(out, rtp.data(), rtp.size(), buf.data(), &n, 0) == srtp_err_status_buffer_small);
		n = buf.size();
		assert(srtp_protect(out, rtp.data(), 70000, buf.data(), &n, 0) == srtp_err_status_buffer_small);
		assert(srtp_protect(out, rtp.data(), size_t{ 1 } << 40, buf.data(), &n, 0) == srtp_err_status_bad_param);
		assert(srtp_protect(out, rtp.data(), rtp.size(), buf.data(), &n, 1) == srtp_err_status_bad_param);
		assert(srtp_protect(out, rtp.data(), 8, buf.data(), &n, 0) == srtp_err_status_bad_param);
		assert(srtp_protect(out, rtp.data(), rtp.size(), buf.data(), &n, 0) == srtp_err_status_ok && n > rtp.size());
		assert(rtp == orig); // source untouched
		std::vector<uint8_t> pkt(buf.begin(), buf.begin() + n);
		size_t n2 = buf.size(); // retransmission allowed, same bytes
		assert(srtp_protect(out, rtp.data(), rtp.size(), buf.data(), &n2, 0) == srtp_err_status_ok && n2 == n && std::equal(pkt.begin(), pkt.end(), buf.begin()));
		size_t m = n;
		cp = pkt; assert(srtp_unprotect(other, cp.data(), n, cp.data(), &m) == srtp_err_status_auth_fail);
		for (size_t i = 0; i < n; ++i) { cp = pkt; cp[i] ^= 1; m = n; assert(srtp_unprotect(in, cp.data(), n, cp.data(), &m) != srtp_err_status_ok); }
		for (size_t i = 0; i < n; ++i) { cp.assign(pkt.begin(), pkt.begin() + i); m = i; assert(srtp_unprotect(in, cp.data(), i, cp.data(), &m) != srtp_err_status_ok); }
		cp = pkt; m = n; assert(srtp_unprotect(in, cp.data(), n, cp.data(), &m) == srtp_err_status_ok && m == 200 && std::equal(orig.begin(), orig.end(), cp.begin()));
		cp = pkt; m = n; assert(srtp_unprotect(in, cp.data(), n, cp.data(), &m) == srtp_err_status_replay_fail);
		assert(srtp_stream_remove(in, 0x5a5a5a5a) == srtp_err_status_ok && srtp_stream_remove(in, 0x11111111) != srtp_err_status_ok);
		// RTCP
		std::vector<uint8_t> rtcp(28, 0x33); rtcp[0] = 0x80; rtcp[1] = 200; rtcp[2] = 0; rtcp[3] = 6;
		n = buf.size(); assert(srtp_protect_rtcp(out, rtcp.data(), rtcp.size(), buf.data(), &n, 0) == srtp_err_status_ok);
		pkt.assign(buf.begin(), buf.begin() + n);
		for (size_t i = 0; i < n; ++i) { cp = pkt; cp[i] ^= 1; m = n; assert(srtp_unprotect_rtcp(in, cp.data(), n, cp.data(), &m) != srtp_err_status_ok); }
		for (size_t i = 0; i < n; ++i) { cp.assign(pkt.begin(), pkt.begin() + i); m = i; assert(srtp_unprotect_rtcp(in, cp.data(), i, cp.data(), &m) != srtp_err_status_ok); }
		cp = pkt; m = n; assert(srtp_unprotect_rtcp(in, cp.data(), n, cp.data(), &m) == srtp_err_status_ok && m == 28 && std::equal(rtcp.begin(), rtcp.end(), cp.begin()));
		cp = pkt; m = n; assert(srtp_unprotect_rtcp(in, cp.data(), n, cp.data(), &m) == srtp_err_status_replay_fail);
		printf("profile %d ok, srtp +%zu srtcp +%zu\n", prof, pkt.size() ? size_t(n2 - 200) : 0, n - 28);
		srtp_dealloc(out); srtp_dealloc(in); srtp_dealloc(other);
	}
	srtp_shutdown();
}
