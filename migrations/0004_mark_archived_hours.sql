CREATE TABLE `archive_marks` (
	`kind` text PRIMARY KEY NOT NULL,
	`hour` text NOT NULL,
	`created_at` text NOT NULL
);
