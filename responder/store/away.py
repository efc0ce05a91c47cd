"""How a store that is away shows itself to whoever asks it for something."""

from redis.exceptions import RedisClusterException, RedisError

# The client of a Cluster says that no node answers, or none has a slot, by an error of no family.
STORE_AWAY = (RedisError, RedisClusterException, OSError)
