/* SPDX-License-Identifier: BSD-3-Clause */

/* The commands of the control socket (docs/control-api.md): their table, reload, arguments. */

#include "control_api.h"

#include <errno.h>
#include <stdio.h>

static int
reload_next(struct ctl_call *call, void *arg, json_t **item)
{
	json_t *notes;
	int ret;

	if (call->state != NULL)
		return 0;
	call->state = call;
	ret = control_reload(arg, call->why, sizeof(call->why));
	notes = control_api_text(call->why);
	if (ret < 0) {
		/* Mistakes are those of the configuration, not of an argument: "failed". */
		snprintf(call->why, sizeof(call->why), "%s", json_string_value(notes));
		json_decref(notes);
		return ret == -ENOMEM ? ret : -EBADMSG;
	}
	*item = json_pack("{s:o}", "notes", notes);
	return *item == NULL ? -ENOMEM : 1;
}

const struct ctl_command control_api_commands[] = {
	{ "status", false, "the server at a glance", NULL, control_api_status_next, NULL },
	{ "site", false, "one site, and why its ETRs do or do not show up", control_api_site_open,
			control_api_site_next, control_api_site_close },
	{ "associations", false, "ETRs that have been heard", control_api_associations_open,
			control_api_associations_next, NULL },
	{ "registrations", false, "EID-prefixes that are registered",
			control_api_registrations_open, control_api_registrations_next,
			control_api_registrations_close },
	{ "keys", false, "keys and how long they are valid", control_api_keys_open,
			control_api_keys_next, NULL },
	{ "drops", false, "packets that were dropped, by reason", control_api_drops_open,
			control_api_drops_next, NULL },
	{ "reload", true, "read the configuration again and load its sites", NULL, reload_next,
			NULL },
	{ NULL, false, NULL, NULL, NULL, NULL },
};

int
control_api_text_arg(struct ctl_call *call, const char *name, const char **text)
{
	const json_t *value = json_object_get(call->args, name);

	*text = json_string_value(value);
	if (value == NULL || *text != NULL)
		return 0;
	snprintf(call->why, sizeof(call->why), "the argument \"%s\" must be text", name);
	return -EINVAL;
}

int
control_api_site_arg(struct ctl_call *call, const struct control *c, const char *name,
		const struct assoc_site **site)
{
	const char *text;
	int ret = control_api_text_arg(call, name, &text);

	*site = NULL;
	if (ret < 0 || text == NULL)
		return ret;
	*site = assoc_site_by_name(assoc_sites_get(c->p.assoc), text);
	if (*site != NULL)
		return 0;
	snprintf(call->why, sizeof(call->why), "no site is called \"%.*s\"", CTL_WHY_MAX / 2, text);
	return -ENOENT;
}
