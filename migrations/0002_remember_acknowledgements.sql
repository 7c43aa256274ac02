CREATE TABLE `acknowledgements` (
	`notification_id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`acknowledged_by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notification_claims` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pulses` (
	`worker` text PRIMARY KEY NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `notifications` ADD `repeat_of` text;--> statement-breakpoint
CREATE INDEX `notifications_critical` ON `notifications` (`created_at`) WHERE severity = 'critical' AND repeat_of IS NULL;