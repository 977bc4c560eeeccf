/* SPDX-License-Identifier: BSD-3-Clause */

/**
 * @file
 * What the files of this room share: the schema table, its types, and the state of one load.
 *
 * One row of a table is one setting.  Reading, defaults, range errors, the dump, the JSON Schema
 * and the restart notes all come from the rows; a new setting is one row and one field.
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "conf.h"

struct conf_arena;
struct conf_ctx;
struct conf_row;
struct conf_table;

/** Memory that is freed all at once. */
struct conf_arena *conf_arena_create(void);
void conf_arena_destroy(struct conf_arena *a);
/** @return Zeroed memory, aligned for any type; NULL: no memory. */
void *conf_arena_alloc(struct conf_arena *a, size_t size);

#define CONF_POINTER_MAX  512
#define CONF_SENTENCE_MAX 256

/** One load. */
struct conf_ctx {
	struct conf_arena *arena;
	struct conf_errors *errs;
	const char *file;               /**< Name for messages of the file being read. */
	const char *dir;                /**< Directory of that file. */
	char pointer[CONF_POINTER_MAX]; /**< Where in the file. */
	size_t pointer_len;
	char sentence[CONF_SENTENCE_MAX]; /**< Room for what was expected. */
	bool no_memory;                   /**< Sticky. */
};

/** Append a token to the pointer. @return Length before, for conf_pop(). */
size_t conf_push(struct conf_ctx *ctx, const char *token);
size_t conf_push_index(struct conf_ctx *ctx, size_t index);
/** The same for several tokens with slashes between. */
size_t conf_push_path(struct conf_ctx *ctx, const char *path);
void conf_pop(struct conf_ctx *ctx, size_t len);

/** "FILE: POINTER" in the arena; NULL: no memory. */
const char *conf_where(struct conf_ctx *ctx);

/** Copy into the arena; NULL: no memory (then ctx->no_memory is set). */
const char *conf_keep(struct conf_ctx *ctx, const char *text);
void *conf_alloc(struct conf_ctx *ctx, size_t size);

/** Report at the pointer; value may be NULL, and is never shown when it may be a secret. */
void conf_error_at(struct conf_ctx *ctx, const json_t *value, const char *sentence);
void conf_warn_at(struct conf_ctx *ctx, const json_t *value, const char *sentence);
/** Report a ready line. */
__attribute__((format(printf, 2, 3))) void conf_error(struct conf_ctx *ctx, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) void conf_warn(struct conf_ctx *ctx, const char *fmt, ...);

/** Of n words the one that needs the fewest edits to become word; NULL when n is 0. */
const char *conf_nearest(const char *word, const char *const *words, size_t n);

/** Types of a setting; each is one row in the table of conf_value.c. */
enum conf_type {
	CONF_BOOL,
	CONF_UINT,      /**< uint32_t; min..max */
	CONF_INT,       /**< int32_t; min..max */
	CONF_TEXT,      /**< const char *; min..max octets, printable */
	CONF_PATH,      /**< As CONF_TEXT, made absolute. */
	CONF_ENUM,      /**< uint32_t, index into words */
	CONF_LEVEL,     /**< uint32_t, enum base_log_level */
	CONF_DATE,      /**< int64_t, seconds since 1970 */
	CONF_MAC,       /**< struct conf_mac */
	CONF_SITE_ID,   /**< uint64_t; 16 hex digits */
	CONF_ADDRESS,   /**< struct conf_ip, whole address */
	CONF_PREFIX,    /**< struct conf_ip */
	CONF_AS_PREFIX, /**< struct conf_eid_prefix, one of three ways to write it */
	CONF_AS_EXACT,
	CONF_AS_OCTETS,
	CONF_OBJECTS, /**< list of structs described by a table */
};

/** One setting. */
struct conf_row {
	const char *name; /**< JSON pointer in its table, without the first slash. */
	enum conf_type type;
	bool list; /**< An array of type; min..max of elements is not limited. */
	bool required;
	bool restart;        /**< A change takes effect after a restart only. */
	size_t offset;       /**< Of the field in the struct of the table. */
	size_t count_offset; /**< List: of its unsigned int count. */
	int64_t min, max;
	int64_t def;                    /**< Default of numbers, booleans and words. */
	const char *def_text;           /**< Default of a text; of a list as JSON. */
	const char *const *words;       /**< CONF_ENUM, ended by NULL. */
	const struct conf_table *table; /**< CONF_OBJECTS */
	const char *unit;
	const char *help;
};

/** A rule across the settings of one object. */
struct conf_rule {
	const char *at;    /**< Member to report; "" for the object. */
	const char *needs; /**< Members, separated by spaces, that must be right, besides at. */
	/** @return NULL, or what is wrong; buf[CONF_SENTENCE_MAX] is room for it. */
	const char *(*check)(const void *object, char *buf);
	bool warning; /**< It is no mistake, only worth a word. */
};

/** The settings of one kind of object. */
struct conf_table {
	const char *what; /**< "a port" */
	const struct conf_row *rows;
	unsigned int n_rows;           /**< At most 64. */
	size_t size;                   /**< Of the struct. */
	size_t where_offset;           /**< Of a const char * that gets conf_where(); 0: none. */
	const struct conf_rule *rules; /**< Ended by a NULL check; may be NULL. */
};

extern const struct conf_table conf_root_table;
extern const struct conf_table conf_site_table;
extern const struct conf_rule conf_root_rules[], conf_port_rules[], conf_site_rules[],
		conf_key_rules[], conf_eid_rules[];

/** What to do with a value of a type; at is the field. */
struct conf_type_ops {
	size_t size; /**< Of the field. */
	/** Check and store. @return NULL, or what was expected. */
	const char *(*set)(struct conf_ctx *ctx, const struct conf_row *row, const json_t *v,
			void *at);
	/** @return New reference; NULL when the setting is absent. */
	json_t *(*get)(const struct conf_row *row, const void *at);
	/** Add the keywords of the type to a JSON Schema. */
	void (*schema)(const struct conf_row *row, json_t *s);
};
const struct conf_type_ops *conf_type_ops(enum conf_type type);
const struct conf_type_ops *conf_net_type_ops(enum conf_type type); /**< CONF_DATE and on */

/** Fill object by table from JSON, defaults first; run the rules of the table. */
void conf_read_object(struct conf_ctx *ctx, const struct conf_table *table, const json_t *json,
		void *object);
/** Value of a row as JSON, new reference; NULL when absent. */
json_t *conf_row_to_json(const struct conf_row *row, const void *object);
json_t *conf_object_to_json(const struct conf_table *table, const void *object);

/** JSON text with duplicate keys and syntax reported; NULL when it cannot be used. */
json_t *conf_parse(struct conf_ctx *ctx, const char *text, size_t len);
/** Report each member name that stands twice in one object of well-formed text. @return Number. */
unsigned int conf_report_duplicates(struct conf_ctx *ctx, const char *text, size_t len);
/** Apply one override to the tree; reports what is wrong with it. */
void conf_override(struct conf_ctx *ctx, json_t *root, const char *set);

/** Rules that look across ports, sites and files. */
void conf_check_ports(struct conf_ctx *ctx, const struct conf *c);
void conf_check_sites(struct conf_ctx *ctx, const struct conf *c);

/** Read the site files that c names; all sites stand in c->sites afterwards. */
void conf_read_site_files(struct conf_ctx *ctx, struct conf *c);
/** Read a whole file. @return Octets to free(), or NULL and errno. */
char *conf_read_file(const char *path, size_t *len);

/* Texts of values; each returns false when it is none. */
bool conf_text_to_ip(const char *text, struct conf_ip *ip);            /**< plain address */
const char *conf_text_to_prefix(const char *text, struct conf_ip *ip); /**< NULL or sentence */
bool conf_text_to_mac(const char *text, uint8_t octets[6]);
bool conf_text_to_u64(const char *text, uint64_t *v); /**< exactly 16 hex digits */
bool conf_text_to_date(const char *text, int64_t *s);
void conf_date_to_text(int64_t s, char *buf, size_t size);
bool conf_text_to_octets(const char *text, uint8_t *octets, size_t n); /**< 2n hex digits */
