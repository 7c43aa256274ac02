CREATE TABLE `audit_log` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_log_request` ON `audit_log` (`request_id`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`queue` text NOT NULL,
	`type` text,
	`class` text NOT NULL,
	`error` text NOT NULL,
	`reason` text NOT NULL,
	`fingerprint` text NOT NULL,
	`attempts` integer NOT NULL,
	`generation` integer NOT NULL,
	`replay_id` text,
	`final` integer NOT NULL,
	`status` text NOT NULL,
	`first_seen_at` text NOT NULL,
	`parked_at` text NOT NULL,
	`parked_by` text NOT NULL,
	`worker_version` text NOT NULL,
	`history` text NOT NULL,
	`resolved_at` text,
	`notified_at` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_request` ON `dead_letters` (`request_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `dead_letters_status` ON `dead_letters` (`status`,`created_at`);--> statement-breakpoint
CREATE INDEX `dead_letters_fingerprint` ON `dead_letters` (`fingerprint`,`notified_at`);--> statement-breakpoint
CREATE TABLE `fills` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`client_order_id` text NOT NULL,
	`account` text NOT NULL,
	`venue` text NOT NULL,
	`symbol` text NOT NULL,
	`side` text NOT NULL,
	`quantity` text NOT NULL,
	`price` text NOT NULL,
	`fee` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `fills_request` ON `fills` (`request_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`severity` text NOT NULL,
	`title` text NOT NULL,
	`channel` text NOT NULL,
	`chat_id` text,
	`status` text NOT NULL,
	`reason` text
);
--> statement-breakpoint
CREATE INDEX `notifications_request` ON `notifications` (`request_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `orders` (
	`client_order_id` text PRIMARY KEY NOT NULL,
	`request_id` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`rev` integer NOT NULL,
	`leg` text NOT NULL,
	`role` text NOT NULL,
	`venue_order_id` text,
	`account` text NOT NULL,
	`venue` text NOT NULL,
	`symbol` text NOT NULL,
	`side` text NOT NULL,
	`type` text NOT NULL,
	`quantity` text NOT NULL,
	`price` text,
	`status` text NOT NULL,
	`filled_quantity` text NOT NULL,
	`average_price` text,
	`fee` text NOT NULL,
	`reason` text
);
--> statement-breakpoint
CREATE INDEX `orders_request` ON `orders` (`request_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `positions` (
	`account` text NOT NULL,
	`venue` text NOT NULL,
	`symbol` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`rev` integer NOT NULL,
	`quantity` text NOT NULL,
	`average_price` text,
	`realised_profit` text NOT NULL,
	`fees` text NOT NULL,
	`last_request_id` text NOT NULL,
	PRIMARY KEY(`account`, `venue`, `symbol`)
);
--> statement-breakpoint
CREATE TABLE `queue_samples` (
	`queue` text NOT NULL,
	`created_at` text NOT NULL,
	`backlog_count` integer NOT NULL,
	`backlog_bytes` integer NOT NULL,
	`oldest_message_at` text,
	PRIMARY KEY(`queue`, `created_at`)
);
--> statement-breakpoint
CREATE TABLE `signals` (
	`request_id` text PRIMARY KEY NOT NULL,
	`created_at` text NOT NULL,
	`rev` integer NOT NULL,
	`strategy` text NOT NULL,
	`account` text,
	`venue` text,
	`symbol` text,
	`lane` text,
	`seq` integer,
	`action` text,
	`quantity` text,
	`order_type` text,
	`price` text,
	`outcome` text NOT NULL,
	`code` text,
	`reason` text NOT NULL,
	`filled_quantity` text,
	`average_price` text,
	`attempts` integer,
	`valid_until` text,
	`settled_at` text,
	`first_request_id` text
);
--> statement-breakpoint
CREATE INDEX `signals_created` ON `signals` (`created_at`);--> statement-breakpoint
CREATE INDEX `signals_first_request` ON `signals` (`first_request_id`) WHERE "signals"."first_request_id" is not null;--> statement-breakpoint
CREATE TABLE `system_logs` (
	`cursor` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`request_id` text,
	`created_at` text NOT NULL,
	`worker` text NOT NULL,
	`severity` text NOT NULL,
	`event` text NOT NULL,
	`message` text NOT NULL,
	`fields` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `system_logs_id_unique` ON `system_logs` (`id`);--> statement-breakpoint
CREATE INDEX `system_logs_request` ON `system_logs` (`request_id`,`created_at`);