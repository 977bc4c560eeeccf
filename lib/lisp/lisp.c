/* SPDX-License-Identifier: BSD-3-Clause */

#include "lisp.h"

static const char *const words[LISP_ERR_COUNT] = { [LISP_OK] = "ok",
#define X(sym, word, text) [LISP_ERR_##sym] = word,
	LISP_ERRORS(X)
#undef X
};

static const char *const texts[LISP_ERR_COUNT] = { [LISP_OK] = "well formed",
#define X(sym, word, text) [LISP_ERR_##sym] = text,
	LISP_ERRORS(X)
#undef X
};

const char *
lisp_err_word(enum lisp_err err)
{
	return (unsigned int)err < LISP_ERR_COUNT ? words[err] : "unknown";
}

const char *
lisp_err_text(enum lisp_err err)
{
	return (unsigned int)err < LISP_ERR_COUNT ? texts[err] : "unknown error";
}
