-- Each sign-in keeps a language. Whether somebody signed in before it did, the schedule looks up once.
ALTER TABLE users ADD COLUMN earlier_sign_in INTEGER;
