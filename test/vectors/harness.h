/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * A whole appliance inside a test: one worker and the control core, real tables, a real store in a
 * folder of its own, and a net_ring port whose far ends the test holds.
 *
 * Time stands still: harness_now_ns is the clock, and a test moves it.  What cannot be set up
 * (memory, EAL, store) ends the program with a line that says why: it is no result of a test.
 *
 * Threads.  One.  One appliance at a time.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control.h"
#include "harness_frame.h"

#define HARNESS_MESSAGE_MAX 9000 /**< Octets of a LISP message. */
#define HARNESS_FRAME_MAX   9100
#define HARNESS_FRAMES      1000 /**< Frames that may lie in each ring of the port. */

/** What base_clock_ns() returns. */
extern uint64_t harness_now_ns;

struct harness_options {
	const struct assoc_site_params *sites; /**< Live as long as the appliance. */
	uint32_t n_sites;
	bool no_trailer;                  /**< Map-Notify without xTR-ID and Site-ID. */
	bool no_bare_request;             /**< Map-Requests in ECMs only. */
	bool zero_inner_checksum;         /**< As in pipeline_params. */
	uint32_t ring_size;               /**< Changes on their way to the control core; 0: 256. */
	uint32_t static_rate;             /**< As in pipeline_params. */
	uint32_t max_associations;        /**< 0: 1024. */
	const struct store_driver *store; /**< NULL: the first that was built. */
};

struct harness {
	struct harness_options options;
	char folder[64]; /**< Of the store. */
	struct rte_rcu_qsbr *rcu;
	struct auth *auth;
	struct store *store;
	struct assoc_table *assoc;
	struct mapdb *mapdb;
	struct pipeline_worker *worker;
	struct control *control;
	struct control_signals signals;
	struct pipeline_queue queue;
	struct pipeline_stats seen; /**< Counters when the test looked last. */
};

/** Start EAL, for a program that has no test_main.c. */
void harness_start(const char *program);

/** Build the appliance with an empty store, and load the sites. */
void harness_open(struct harness *h, const struct harness_options *o);

/** Take everything down and remove the store. */
void harness_close(struct harness *h);

/**
 * What kill -9 and a new start do: everything in memory is gone, the files of the store are as
 * they lay there while it was in use.
 */
void harness_restart(struct harness *h);

/** Other sites, as by a reload. @return as control_sites_load(). */
int harness_reload(struct harness *h, const struct assoc_site_params *sites, uint32_t n_sites);

/** Put a frame into the receive ring. At most HARNESS_FRAMES before a turn. */
void harness_send_frame(struct harness *h, const uint8_t *frame, size_t len);

/** The same in two segments, the first of them of at octets. */
void harness_send_split(struct harness *h, const uint8_t *frame, size_t len, size_t at);

/** A LISP message in a datagram from the default peer to the appliance, port 4342 both. */
void harness_send(struct harness *h, const uint8_t *msg, size_t len);

/** Let the worker take what was sent; the control core does not look. */
void harness_receive(struct harness *h);

/** Let worker and control core work until nothing is left to do. */
void harness_turn(struct harness *h);

/** The next frame the appliance sent. @return its length; 0 when there is none. */
size_t harness_take_frame(struct harness *h, uint8_t buf[HARNESS_FRAME_MAX]);

/**
 * The LISP message in the next frame the appliance sent.
 *
 * @param[out] f  Headers; may be NULL.
 * @return its length; 0 when there is no frame; -1 when headers or checksums are wrong.
 */
int harness_answer(struct harness *h, struct harness_frame *f, uint8_t buf[HARNESS_FRAME_MAX]);

/**
 * What the counters rose by since the last call of this or harness_verdict().
 *
 * @return every packet received has ended in exactly one verdict.
 */
bool harness_rise(struct harness *h, struct pipeline_stats *rise);

/**
 * The one verdict that rose since the last call of this or harness_rise().
 *
 * @return PIPELINE_VERDICT_COUNT when it was not exactly one packet with one verdict.
 */
enum pipeline_verdict harness_verdict(struct harness *h);

/** Frames in the receive ring and with the control core; used by harness_turn(). */
bool harness_is_idle(struct harness *h);

/* ---- harness_device.c: what is made once for the program ---- */

/** Addresses and queue of the net_ring port, made at the first call. */
void harness_device(struct pipeline_queue *q);

/** Frames the test has put in and the worker has not taken. */
unsigned int harness_device_waiting(void);

/** Take and throw away what lies in the rings of the port. */
void harness_device_drain(void);

/** Mbufs that are free; all of them when nothing was lost. */
unsigned int harness_device_free(void);

/* ---- harness_folder.c: the folder of the store ---- */

/** Make a folder with a new name. */
void harness_folder_make(char path[64]);

/** Copy the files of one folder to a new one. */
void harness_folder_copy(const char *from, char to[64]);
void harness_folder_remove(const char *path);

/** Say why and end the program. */
_Noreturn void harness_fail(const char *what, const char *why);
