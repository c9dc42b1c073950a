namespace Oci.Image.Changes;

/// <summary>An entry of an image's layers.</summary>
/// <param name="Layer">The index of the layer, 0 for the lowest.</param>
/// <param name="Entry">Which of its entries, 0 for the first.</param>
internal readonly record struct EntryOrigin(int Layer, long Entry);
