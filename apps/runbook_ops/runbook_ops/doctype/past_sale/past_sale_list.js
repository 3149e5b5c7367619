frappe.listview_settings["Past Sale"] = { hide_name_column: true };
