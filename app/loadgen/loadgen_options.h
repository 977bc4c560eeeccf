/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * The options: one table from which the command line, the defaults, the manual and the file that
 * remembers a layout (loadgen.layout) are made.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_ether.h>

#include "loadgen_layout.h"

#define LOADGEN_PPM 1000000u /**< Shares are in millionths. */

struct loadgen_mac {
	bool set; /**< False: "auto". */
	struct rte_ether_addr mac;
};

/** Everything the command line says. */
struct loadgen_args {
	/* where to */
	const char *port;     /**< Devargs; NULL: none. */
	const char *pcap_out; /**< NULL: none. */
	struct lisp_ip server;
	struct loadgen_mac server_mac;
	uint32_t source_port;
	uint32_t wait_s;
	uint32_t cpu;
	const char *eal;
	const char *engine;
	/* who */
	struct loadgen_layout layout;
	const char *site_file_out; /**< NULL: none. */
	const char *site_dir;      /**< NULL: none. */
	/* what */
	uint32_t n_records;
	uint32_t full_tag; /**< 0: the RFC's length, 1: the whole MAC. */
	uint32_t ttl_min;
	bool no_xtr_id;
	bool no_notify;
	/* how much */
	uint64_t rate;  /**< 1/s; 0: as fast as answers come. */
	uint64_t count; /**< 0: no bound. */
	uint32_t window;
	uint32_t duration_s; /**< 0: no bound. */
	uint32_t churn_ppm, bad_mac_ppm, replay_ppm;
	bool churn_new;
	/* what is shown */
	const char *json;
	bool quiet;
};

enum loadgen_option_kind {
	LOADGEN_U32,
	LOADGEN_U64,
	LOADGEN_SHARE, /**< Percent, kept in millionths: uint32_t. */
	LOADGEN_WORD,  /**< One of words: its number, uint32_t. */
	LOADGEN_TEXT,
	LOADGEN_FLAG,
	LOADGEN_IP,
	LOADGEN_EID4,
	LOADGEN_EID6,
	LOADGEN_MAC,
	LOADGEN_GROUP, /**< No option: a heading of the manual. */
};

struct loadgen_option {
	const char *name; /**< Without the dashes. */
	enum loadgen_option_kind kind;
	size_t offset;   /**< In struct loadgen_args. */
	const char *arg; /**< Name of its value, for people; NULL for a flag. */
	const char *def; /**< Default as text; NULL: zero. */
	const char *help;
	uint64_t min, max;        /**< Of numbers. */
	const char *const *words; /**< Ended by NULL. */
	bool layout;              /**< The server must know it too: kept in loadgen.layout. */
};

extern const struct loadgen_option loadgen_options[];
extern const unsigned int loadgen_n_options;

/**
 * Set an option from text.  A text is kept as a pointer.
 *
 * @param[out] why  Sentence about a value that is refused.
 * @return 0 or -EINVAL.
 */
int loadgen_option_set(const struct loadgen_option *o, struct loadgen_args *args, const char *text,
		char *why, size_t why_size);

/** Write the value of an option of the layout as the text that sets it. */
void loadgen_option_to_text(const struct loadgen_option *o, const struct loadgen_args *args,
		char *buf, size_t size);

/** Do two sets of arguments agree in an option? */
bool loadgen_option_same(const struct loadgen_option *o, const struct loadgen_args *a,
		const struct loadgen_args *b);

/** Print the manual to standard output. */
void loadgen_help(void);
