-- Authorization details (RFC 9396) of requests that wait for a person elsewhere: on a device, or on their account page.

ALTER TABLE device_authorizations ADD COLUMN authorization_details TEXT;
