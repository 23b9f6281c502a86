-- The desk asks what stands below an organization before it puts it elsewhere or merges it. Not across the fence: whoever calls
-- sees the organizations their own role sees.
GRANT EXECUTE ON FUNCTION hub.below(uuid, uuid) TO tsunagi_admin;
