namespace Engine.Kernels;

/// <summary>
/// Rows of a <see cref="QuantizedActivation"/> that are multiplied together: full tiles of 4 tokens and a last one of the rest.
/// </summary>
/// <param name="tiles">The first tile.</param>
/// <param name="tileBytes">Bytes from one tile to the next.</param>
/// <param name="tokenBytes">Bytes that a token takes in a step.</param>
/// <param name="rows">Tokens.</param>
internal readonly unsafe struct QuantizedRows(byte* tiles, nint tileBytes, int tokenBytes, int rows)
{
    /// <summary>Tokens.</summary>
    public int Rows => rows;

    /// <summary>Tiles.</summary>
    public int Tiles => TilesOf(rows);

    /// <summary>How many tiles so many tokens fill.</summary>
    public static int TilesOf(int rows) => (rows + TokenTile.Tokens - 1) / TokenTile.Tokens;

    /// <summary>Tokens of a tile.</summary>
    public int TileTokens(int tile) => Math.Min(TokenTile.Tokens, rows - tile * TokenTile.Tokens);

    /// <summary>A tile from a column on that is a multiple of 32.</summary>
    public byte* Tile(int tile, int column) => tiles + tile * tileBytes + column / TokenTile.Columns * tokenBytes * TileTokens(tile);
}
